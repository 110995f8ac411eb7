// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <vector>

namespace darsena::dockerfile {

/// Collects the tokens of a file in any order and makes a row of them that tiles the text: what nobody marked is
/// Blank, or `filler` where it shows something. Internal to core/dockerfile.
class TokenCollector {
public:
    void mark(TokenKind kind, Range range);
    /// The pieces of a word that may run over continuations.
    void markPieces(TokenKind kind, const std::vector<Range>& pieces);
    std::vector<Token> finish(std::string_view text, TokenKind filler = TokenKind::Punctuation) &&;

private:
    std::vector<Token> m_marks;
};

} // namespace darsena::dockerfile
