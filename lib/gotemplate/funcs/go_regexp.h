#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"

namespace re2 {
class RE2;
}

namespace sidecar::gotemplate::funcs {

// Go's package regexp, over RE2: the same syntax, leftmost-first matches, linear time.
//
// Where the two differ this does as Go: RE2's `\C` is an error; bytes that are not UTF-8 match as
// U+FFFD (RE2 matches them by nothing). What remains: Unicode classes are those of RE2's tables,
// and a pattern whose program needs more than some MiB is an error ("expression too large") here.
//
// Immutable; safe from any thread, unless what it does is paid for.
class Regexp {
 public:
  // Throws FunctionError with Go's text: "error parsing regexp: missing closing ): `(`". Compiling
  // and searching are paid for from `payer`, if there is one, which must outlive it: see work.h.
  explicit Regexp(std::string_view pattern, Arena* payer = nullptr);
  ~Regexp();

  Regexp(const Regexp&) = delete;
  Regexp& operator=(const Regexp&) = delete;

  // Each may throw FunctionError for what would take too long: see kMostWork in go_regexp.cc.
  bool Matches(std::string_view text) const;
  // The leftmost match; its data() is null where there is none.
  std::string_view Find(std::string_view text) const;
  // FindStringSubmatch: the match and its groups (data() null: did not take part), or nothing.
  std::vector<std::string_view> FindGroups(std::string_view text) const;
  // FindAllString and FindAllStringSubmatch; a negative count means all.
  std::vector<std::string_view> FindAll(std::string_view text, std::int64_t count) const;
  std::vector<std::vector<std::string_view>> FindAllGroups(std::string_view text) const;
  std::vector<std::string_view> Split(std::string_view text, std::int64_t count) const;
  // ReplaceAllString: `$1`, `${name}` and `$$` in the replacement are expanded.
  std::string_view ReplaceAll(std::string_view text, std::string_view replacement,
                              Arena& arena) const;
  std::string_view ReplaceAllLiteral(std::string_view text, std::string_view replacement,
                                     Arena& arena) const;

 private:
  using Groups = std::vector<std::string_view>;

  // What allMatches does with each match; false: no more.
  using Visitor = std::function<bool(const Groups& groups)>;

  std::size_t GroupCount() const;
  // Each match with its first `groups` groups, until the visitor has enough. With `overlapping` an
  // empty match right behind another one counts, as ReplaceAll needs it.
  void EachMatch(std::string_view text, std::size_t groups, const Visitor& visit) const;

  std::unique_ptr<re2::RE2> re2_;
  Arena* payer_;
};

// regexp.QuoteMeta.
std::string QuoteMeta(std::string_view text);

}  // namespace sidecar::gotemplate::funcs
