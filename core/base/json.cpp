// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <set>

#include <boost/json/basic_parser_impl.hpp>

namespace darsena::json {

namespace {

constexpr std::size_t maxDepth = 64;

Error wrongType(std::string_view key, std::string_view expected)
{
    return Error(ErrorCode::Invalid, std::string(key) + ": expected " + std::string(expected));
}

/// Watches keys only; knows one set of names per open object.
class DuplicateKeyHandler {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = 64 * 1024;
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using ErrorCodeRef = boost::json::error_code&;

    const std::string& duplicate() const { return m_duplicate; }

    bool on_document_begin(ErrorCodeRef) { return true; }
    bool on_document_end(ErrorCodeRef) { return true; }
    bool on_object_begin(ErrorCodeRef)
    {
        m_keys.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, ErrorCodeRef)
    {
        m_keys.pop_back();
        return true;
    }
    bool on_array_begin(ErrorCodeRef) { return true; }
    bool on_array_end(std::size_t, ErrorCodeRef) { return true; }
    bool on_key_part(boost::json::string_view part, std::size_t, ErrorCodeRef)
    {
        m_key.append(part.data(), part.size());
        return true;
    }
    bool on_key(boost::json::string_view last, std::size_t, ErrorCodeRef error)
    {
        m_key.append(last.data(), last.size());
        if (!m_keys.back().insert(m_key).second) {
            m_duplicate = m_key;
            error = boost::json::error::syntax;
            return false;
        }
        m_key.clear();
        return true;
    }
    bool on_string_part(boost::json::string_view, std::size_t, ErrorCodeRef) { return true; }
    bool on_string(boost::json::string_view, std::size_t, ErrorCodeRef) { return true; }
    bool on_number_part(boost::json::string_view, ErrorCodeRef) { return true; }
    bool on_int64(std::int64_t, boost::json::string_view, ErrorCodeRef) { return true; }
    bool on_uint64(std::uint64_t, boost::json::string_view, ErrorCodeRef) { return true; }
    bool on_double(double, boost::json::string_view, ErrorCodeRef) { return true; }
    bool on_bool(bool, ErrorCodeRef) { return true; }
    bool on_null(ErrorCodeRef) { return true; }
    bool on_comment_part(boost::json::string_view, ErrorCodeRef) { return true; }
    bool on_comment(boost::json::string_view, ErrorCodeRef) { return true; }

private:
    std::vector<std::set<std::string>> m_keys;
    std::string m_key;
    std::string m_duplicate;
};

} // namespace

Result<Value> parse(std::string_view text)
{
    boost::json::parse_options options;
    options.max_depth = maxDepth;
    boost::json::parser parser({}, options);
    boost::json::error_code error;
    const std::size_t consumed = parser.write(text, error);
    if (error) {
        return Error(ErrorCode::Invalid,
            "invalid JSON at byte " + std::to_string(consumed) + ": " + error.message());
    }
    return parser.release();
}

Result<Value> parseStrict(std::string_view text)
{
    boost::json::parse_options options;
    options.max_depth = maxDepth;
    boost::json::basic_parser<DuplicateKeyHandler> parser(options);
    boost::json::error_code error;
    parser.write_some(false, text.data(), text.size(), error);
    if (error && !parser.handler().duplicate().empty())
        return Error(ErrorCode::Invalid, "invalid JSON: key \"" + parser.handler().duplicate() + "\" appears twice");
    return parse(text);
}

std::string serialize(const Value& value)
{
    return boost::json::serialize(value);
}

Result<std::string> text(const Object& object, std::string_view key, std::string_view fallback)
{
    const Value* value = object.if_contains(key);
    if (!value || value->is_null())
        return std::string(fallback);
    if (!value->is_string())
        return wrongType(key, "a string");
    return std::string(value->get_string());
}

Result<std::int64_t> integer(const Object& object, std::string_view key, std::int64_t fallback)
{
    const Value* value = object.if_contains(key);
    if (!value || value->is_null())
        return fallback;
    boost::json::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error)
        return wrongType(key, "a whole number");
    return number;
}

Result<double> number(const Object& object, std::string_view key, double fallback)
{
    const Value* value = object.if_contains(key);
    if (!value || value->is_null())
        return fallback;
    boost::json::error_code error;
    const auto number = value->to_number<double>(error);
    if (error)
        return wrongType(key, "a number");
    return number;
}

Result<bool> boolean(const Object& object, std::string_view key, bool fallback)
{
    const Value* value = object.if_contains(key);
    if (!value || value->is_null())
        return fallback;
    if (!value->is_bool())
        return wrongType(key, "true or false");
    return value->get_bool();
}

Result<std::vector<std::string>> texts(const Object& object, std::string_view key)
{
    const Array* array = TRY(json::array(object, key));
    std::vector<std::string> out;
    if (!array)
        return out;
    out.reserve(array->size());
    for (const Value& element : *array) {
        if (!element.is_string())
            return wrongType(key, "a list of strings");
        out.emplace_back(element.get_string());
    }
    return out;
}

Result<const Object*> object(const Object& object, std::string_view key)
{
    const Value* value = object.if_contains(key);
    if (!value || value->is_null())
        return static_cast<const Object*>(nullptr);
    if (!value->is_object())
        return wrongType(key, "an object");
    return &value->get_object();
}

Result<const Array*> array(const Object& object, std::string_view key)
{
    const Value* value = object.if_contains(key);
    if (!value || value->is_null())
        return static_cast<const Array*>(nullptr);
    if (!value->is_array())
        return wrongType(key, "a list");
    return &value->get_array();
}

Array fromTexts(const std::vector<std::string>& texts)
{
    Array array;
    array.reserve(texts.size());
    for (const std::string& text : texts)
        array.emplace_back(text);
    return array;
}

} // namespace darsena::json
