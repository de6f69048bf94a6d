#pragma once

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sidecar::yaml {

// The first byte in [at, end) that means something inside a JSON string, or `end`: a quote, a
// backslash, a control character or a byte beyond ASCII. Most bytes of most texts are skipped by
// it.
inline const char* SkipPlainText(const char* at, const char* end) {
#ifdef __SSE2__
  constexpr long kStep = 16;
  for (; end - at >= kStep; at += kStep) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // The comparison is signed, so that bytes beyond ASCII are less than a space, too.
    const __m128i special = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                         _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(special));
    if (found != 0) return at + std::countr_zero(found);
  }
#endif
  while (at != end && *at != '"' && *at != '\\' &&
         static_cast<unsigned>(static_cast<unsigned char>(*at)) - 0x20U < 0x60U) {
    ++at;
  }
  return at;
}

}  // namespace sidecar::yaml
