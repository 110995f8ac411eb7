// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <system_error>

namespace darsena {

Error Error::system(int errnoValue, std::string_view what)
{
    // std::system_category formats without strerror's shared buffer.
    Error error(ErrorCode::System, std::string(what) + ": " + std::system_category().message(errnoValue));
    error.m_errno = errnoValue;
    return error;
}

Error Error::withContext(std::string_view context) const
{
    Error error = *this;
    error.m_message = std::string(context) + ": " + m_message;
    return error;
}

Error Error::as(ErrorCode code) const
{
    Error error = *this;
    error.m_code = code;
    return error;
}

} // namespace darsena
