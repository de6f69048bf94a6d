#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/gotemplate/funcs/base_n.h"
#include "lib/gotemplate/funcs/crypto.h"
#include "lib/gotemplate/funcs/groups.h"

// sprig's random texts and numbers, all of them unpredictable.
namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr char kFirstAscii = ' ';
constexpr std::uint64_t kAsciiCharacters = 127 - ' ';
constexpr std::int64_t kMostCharacters = std::int64_t{1} << 20U;

// goutils' CryptoRandom; sprig drops its error, which a negative count is.
template <class Next>
Value RandomText(const Call& call, const Next& next) {
  const std::int64_t count = call.Int(0);
  if (count > kMostCharacters) throw ArenaLimitExceeded();
  std::string text;
  while (static_cast<std::int64_t>(text.size()) < count) text += next();
  return Text(call, text);
}

char OneOf(std::string_view characters) {
  return characters[RandomBelow(characters.size())];
}

Value RandAlpha(const Call& call) {
  return RandomText(call, [] { return OneOf(kLetters); });
}

Value RandAlphaNum(const Call& call) {
  return RandomText(call, [] { return OneOf(kLettersAndDigits); });
}

Value RandNumeric(const Call& call) {
  return RandomText(call, [] { return OneOf(kDigits); });
}

Value RandAscii(const Call& call) {
  return RandomText(call, [] {
    return static_cast<char>(kFirstAscii + static_cast<int>(RandomBelow(kAsciiCharacters)));
  });
}

Value RandBytes(const Call& call) {
  const std::int64_t count = call.Int(0);
  if (count < 0) throw FunctionError("runtime error: makeslice: len out of range");
  if (count > kMostCharacters) throw ArenaLimitExceeded();
  const std::span<unsigned char> bytes =
      call.arena.NewArray<unsigned char>(static_cast<std::size_t>(count));
  FillRandom(bytes);
  return Value::String(
      EncodeBase64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, call.arena));
}

Value RandInt(const Call& call) {
  const std::uint64_t least = static_cast<std::uint64_t>(call.Int(0));
  const std::uint64_t range = static_cast<std::uint64_t>(call.Int(1)) - least;
  if (static_cast<std::int64_t>(range) <= 0) throw FunctionError("invalid argument to Intn");
  return Int(static_cast<std::int64_t>(least + RandomBelow(range)));
}

// RFC 9562, version 4.
Value UuidV4(const Call& call) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::size_t kVersion = 6;
  constexpr std::size_t kVariant = 8;
  std::array<unsigned char, 16> bytes = {};
  FillRandom(bytes);
  bytes[kVersion] = static_cast<unsigned char>((bytes[kVersion] & 0x0FU) | 0x40U);
  bytes[kVariant] = static_cast<unsigned char>((bytes[kVariant] & 0x3FU) | 0x80U);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[bytes[i] >> 4U];
    text += kHex[bytes[i] & 0xFU];
  }
  return Text(call, text);
}

// xstrings.Shuffle.
Value Shuffle(const Call& call) {
  if (static_cast<std::int64_t>(call.Text(0).size()) > kMostCharacters) throw ArenaLimitExceeded();
  std::vector<char32_t> runes;
  for (std::string_view rest = call.Text(0); !rest.empty();) {
    const DecodedRune decoded = DecodeRune(rest);
    runes.push_back(decoded.rune);
    rest.remove_prefix(decoded.width);
  }
  for (std::size_t i = runes.size(); i > 1; --i) std::swap(runes[i - 1], runes[RandomBelow(i)]);
  std::string text;
  for (const char32_t rune : runes) AppendRune(text, rune);
  return Text(call, text);
}

constexpr Definition kFunctions[] = {
    {"randAlpha", "(int) string", RandAlpha}, {"randAlphaNum", "(int) string", RandAlphaNum},
    {"randAscii", "(int) string", RandAscii}, {"randBytes", "(int) string", RandBytes},
    {"randInt", "(int, int) int", RandInt},   {"randNumeric", "(int) string", RandNumeric},
    {"shuffle", "(string) string", Shuffle},  {"uuidv4", "() string", UuidV4},
};

}  // namespace

Group RandomFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
