#include "lib/gotemplate/funcs/base_n.h"

#include <array>
#include <cstdint>

#include "lib/gotemplate/funcs/arena_text.h"

namespace sidecar::gotemplate::funcs {
namespace {

struct Base {
  std::string_view alphabet;
  unsigned bits;        // Per character.
  std::size_t quantum;  // Characters that make whole bytes.
};

constexpr Base kBase64 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, 4};
constexpr Base kBase32 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8};

constexpr char kPadding = '=';
constexpr unsigned kByteBits = 8;

std::string_view Encode(const Base& base, std::string_view bytes, Arena& arena) {
  ArenaText out(arena, (bytes.size() * kByteBits / base.bits / base.quantum + 1) * base.quantum);
  const std::uint32_t mask = (1U << base.bits) - 1;
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (const char byte : bytes) {
    pending = pending << kByteBits | static_cast<unsigned char>(byte);
    for (pending_bits += kByteBits; pending_bits >= base.bits; pending_bits -= base.bits) {
      out.Append(base.alphabet[pending >> (pending_bits - base.bits) & mask]);
    }
  }
  if (pending_bits > 0) out.Append(base.alphabet[pending << (base.bits - pending_bits) & mask]);
  while (out.size() % base.quantum != 0) out.Append(kPadding);
  return out.text();
}

bool IsLineEnd(char byte) {
  return byte == '\n' || byte == '\r';
}

// What both decoders share: the value of each character, and the bytes that come out.
class Output {
 public:
  static constexpr std::uint8_t kNone = 0xFF;

  Output(const Base& base, std::size_t text_size, Arena& arena)
      : base_(base), out_(arena, text_size * base.bits / kByteBits + 1) {
    values_.fill(kNone);
    for (std::size_t i = 0; i < base.alphabet.size(); ++i) {
      values_[static_cast<unsigned char>(base.alphabet[i])] = static_cast<std::uint8_t>(i);
    }
  }

  std::uint8_t ValueOf(char byte) const { return values_[static_cast<unsigned char>(byte)]; }

  // The whole bytes of the `read` characters whose values make up `bits`.
  void Append(std::uint64_t bits, std::size_t read) {
    for (std::size_t left = read * base_.bits; left >= kByteBits; left -= kByteBits) {
      out_.Append(static_cast<char>(bits >> (left - kByteBits) & 0xFFU));
    }
  }

  Decoded Finish() const { return {out_.text(), std::nullopt}; }
  Decoded Fail(std::size_t at) const { return {out_.text(), at}; }

 private:
  const Base& base_;
  ArenaText out_;
  std::array<std::uint8_t, 256> values_ = {};
};

class Base64Decoder {
 public:
  Base64Decoder(std::string_view text, Arena& arena)
      : text_(text), out_(kBase64, text.size(), arena) {}

  Decoded Decode() {
    while (at_ < text_.size()) {
      if (const auto error_at = DecodeQuantum()) return out_.Fail(*error_at);
    }
    return out_.Finish();
  }

 private:
  using ErrorAt = std::optional<std::size_t>;

  void SkipLineEnds() {
    while (at_ < text_.size() && IsLineEnd(text_[at_])) ++at_;
  }

  ErrorAt DecodeQuantum() {
    std::uint64_t bits = 0;
    for (std::size_t read = 0; read < kBase64.quantum; ++read) {
      SkipLineEnds();
      if (at_ == text_.size()) return read == 0 ? ErrorAt() : at_ - read;
      const std::uint8_t value = out_.ValueOf(text_[at_]);
      if (value == Output::kNone) {
        if (text_[at_] != kPadding || read < 2) return at_;
        if (const ErrorAt error_at = ReadPadding(kBase64.quantum - read)) return error_at;
        out_.Append(bits, read);
        return std::nullopt;
      }
      bits = bits << kBase64.bits | value;
      ++at_;
    }
    out_.Append(bits, kBase64.quantum);
    return std::nullopt;
  }

  // The text must end with `expected` padding characters, of which the first is there.
  ErrorAt ReadPadding(std::size_t expected) {
    ++at_;
    if (expected > 1) {
      SkipLineEnds();
      if (at_ == text_.size()) return at_;
      if (text_[at_] != kPadding) return at_ - 1;
      ++at_;
    }
    SkipLineEnds();
    return at_ < text_.size() ? ErrorAt(at_) : std::nullopt;
  }

  std::string_view text_;
  Output out_;
  std::size_t at_ = 0;
};

// base32's decode, over a text without line ends. Like Go's, it stops at the first padding and does
// not look at what follows a complete one.
Decoded DecodeBase32Lines(std::string_view text, Arena& arena) {
  Output out(kBase32, text.size(), arena);
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t bits = 0;
    std::size_t read = 0;
    for (; read < kBase32.quantum; ++read, ++at) {
      if (at == text.size()) return out.Fail(at - read);
      const std::size_t left = text.size() - at - 1;
      if (text[at] == kPadding && read >= 2 && left < kBase32.quantum) {
        const std::size_t expected = kBase32.quantum - 1 - read;
        if (left < expected) return out.Fail(text.size());
        const std::size_t wrong = text.substr(at + 1, expected).find_first_not_of(kPadding);
        if (wrong != std::string_view::npos) return out.Fail(at + wrong);
        if (read == 3 || read == 6) return out.Fail(at);  // No byte ends there.
        out.Append(bits, read);
        return out.Finish();
      }
      const std::uint8_t value = out.ValueOf(text[at]);
      if (value == Output::kNone) return out.Fail(at);
      bits = bits << kBase32.bits | value;
    }
    out.Append(bits, read);
  }
  return out.Finish();
}

}  // namespace

std::string_view EncodeBase64(std::string_view bytes, Arena& arena) {
  return Encode(kBase64, bytes, arena);
}

Decoded DecodeBase64(std::string_view text, Arena& arena) {
  return Base64Decoder(text, arena).Decode();
}

std::string_view EncodeBase32(std::string_view bytes, Arena& arena) {
  return Encode(kBase32, bytes, arena);
}

Decoded DecodeBase32(std::string_view text, Arena& arena) {
  ArenaText lines(arena, text.size());
  for (const char byte : text) {
    if (!IsLineEnd(byte)) lines.Append(byte);
  }
  return DecodeBase32Lines(lines.text(), arena);
}

}  // namespace sidecar::gotemplate::funcs
