// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

// The exec form: a JSON array of strings. Written by hand because each string's place is needed, and because the answer
// for bad input must be Go's (encoding/json): invalid UTF-8 passes as U+FFFD. Internal to core/dockerfile.

struct JsonArray {
    enum class Kind {
        NotJson, ///< not an array, or not valid JSON: the text is the shell form
        NotStrings, ///< a valid array with something else in it, at `fault`
        Strings,
    };
    struct Item {
        std::string text; ///< decoded
        std::size_t begin; ///< of the opening quote
        std::size_t end; ///< behind the closing quote
    };
    Kind kind = Kind::NotJson;
    std::vector<Item> items;
    std::size_t faultBegin = 0;
    std::size_t faultEnd = 0;
};

JsonArray readJsonArray(std::string_view text);

} // namespace darsena::dockerfile
