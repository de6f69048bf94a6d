#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/gotemplate/funcs/go_regexp.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/strconv.h"

// sprig's regex.go. The forms without "must" panic as regexp.MustCompile does.
namespace sidecar::gotemplate::funcs {
namespace {

std::string QuotePattern(std::string_view pattern) {
  return CanBackquote(pattern) ? "`" + std::string(pattern) + "`" : Quote(pattern);
}

// Calls `use` with the compiled pattern, the first argument. Only what the pattern's compilation
// says is prefixed, as MustCompile does.
template <class Use>
Value WithPattern(const Call& call, bool must_compile, const Use& use) {
  const std::string_view pattern = call.Text(0);
  if (!must_compile) return use(Regexp(pattern, &call.arena));
  std::unique_ptr<const Regexp> regexp;
  try {
    regexp = std::make_unique<Regexp>(pattern, &call.arena);
  } catch (const FunctionError& error) {
    throw FunctionError("regexp: Compile(" + QuotePattern(pattern) + "): " + error.what());
  }
  return use(*regexp);
}

// FindAllString's: nil where there is nothing.
Value Texts(const Call& call, const std::vector<std::string_view>& texts) {
  if (texts.empty()) return Value::Zero(SliceOf(StringType()), call.arena);
  return StringList(call, texts);
}

// sprig drops the error of a bad pattern.
Value RegexMatch(const Call& call) {
  std::unique_ptr<const Regexp> regexp;
  try {
    regexp = std::make_unique<Regexp>(call.Text(0), &call.arena);
  } catch (const FunctionError&) {
    return Value::Bool(false);
  }
  return Value::Bool(regexp->Matches(call.Text(1)));
}

Value MustRegexMatch(const Call& call) {
  return Value::Bool(Regexp(call.Text(0), &call.arena).Matches(call.Text(1)));
}

template <bool kMustCompile>
Value RegexFind(const Call& call) {
  return WithPattern(call, kMustCompile, [&call](const Regexp& regexp) {
    return Value::String(regexp.Find(call.Text(1)));
  });
}

template <bool kMustCompile>
Value RegexFindAll(const Call& call) {
  return WithPattern(call, kMustCompile, [&call](const Regexp& regexp) {
    return Texts(call, regexp.FindAll(call.Text(1), call.Int(2)));
  });
}

template <bool kMustCompile>
Value RegexReplaceAll(const Call& call) {
  return WithPattern(call, kMustCompile, [&call](const Regexp& regexp) {
    return Value::String(regexp.ReplaceAll(call.Text(1), call.Text(2), call.arena));
  });
}

template <bool kMustCompile>
Value RegexReplaceAllLiteral(const Call& call) {
  return WithPattern(call, kMustCompile, [&call](const Regexp& regexp) {
    return Value::String(regexp.ReplaceAllLiteral(call.Text(1), call.Text(2), call.arena));
  });
}

template <bool kMustCompile>
Value RegexSplit(const Call& call) {
  return WithPattern(call, kMustCompile, [&call](const Regexp& regexp) {
    return Texts(call, regexp.Split(call.Text(1), call.Int(2)));
  });
}

Value RegexQuoteMeta(const Call& call) {
  return Text(call, QuoteMeta(call.Text(0)));
}

constexpr Definition kFunctions[] = {
    {"mustRegexFind", "(string, string) string", RegexFind<false>},
    {"mustRegexFindAll", "(string, string, int) []string", RegexFindAll<false>},
    {"mustRegexMatch", "(string, string) bool", MustRegexMatch},
    {"mustRegexReplaceAll", "(string, string, string) string", RegexReplaceAll<false>},
    {"mustRegexReplaceAllLiteral", "(string, string, string) string",
     RegexReplaceAllLiteral<false>},
    {"mustRegexSplit", "(string, string, int) []string", RegexSplit<false>},
    {"regexFind", "(string, string) string", RegexFind<true>},
    {"regexFindAll", "(string, string, int) []string", RegexFindAll<true>},
    {"regexMatch", "(string, string) bool", RegexMatch},
    {"regexQuoteMeta", "(string) string", RegexQuoteMeta},
    {"regexReplaceAll", "(string, string, string) string", RegexReplaceAll<true>},
    {"regexReplaceAllLiteral", "(string, string, string) string", RegexReplaceAllLiteral<true>},
    {"regexSplit", "(string, string, int) []string", RegexSplit<true>},
};

}  // namespace

Group RegexFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
