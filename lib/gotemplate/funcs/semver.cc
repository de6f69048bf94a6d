#include "lib/gotemplate/funcs/semver.h"

#include <algorithm>
#include <array>
#include <optional>

#include "lib/gotemplate/funcs/go_regexp.h"
#include "lib/gotemplate/funcs/split.h"
#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::string_view kSuffix =
    "(-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?";

// Three parts, of which two may be missing, made of the characters of a class.
std::string VersionPattern(std::string_view characters) {
  const std::string part = "[" + std::string(characters) + "]+)";
  return "v?(" + part + "(\\." + part + "?(\\." + part + "?" + std::string(kSuffix);
}

// Groups of a version's pattern.
enum Group : std::size_t { kMajor = 1, kMinor, kPatch, kDashed, kPrerelease, kPlussed, kMetadata };

const Regexp& VersionRegexp() {
  static const Regexp& regexp = *new Regexp("^" + VersionPattern("0-9") + "$");
  return regexp;
}

// The library's class of characters for a part that may be a wildcard.
std::string ConstraintPattern() {
  return "(?:" + VersionPattern("0-9|xX*") + ")";
}

constexpr std::string_view kOperations = "(?:=||!=|>|<|>=|=>|<=|=<|~|~>|\\^)";

std::string OnePattern() {
  return std::string(kOperations) + "\\s*" + ConstraintPattern();
}

const Regexp& ConstraintRegexp() {
  static const Regexp& regexp =
      *new Regexp("^\\s*(" + std::string(kOperations) + ")\\s*" + ConstraintPattern() + "\\s*$");
  return regexp;
}

const Regexp& FindRegexp() {
  static const Regexp& regexp = *new Regexp(OnePattern());
  return regexp;
}

const Regexp& ListRegexp() {
  static const Regexp& regexp =
      *new Regexp("^\\s*" + OnePattern() + "\\s*(?:(?:\\s+|,\\s*)" + OnePattern() + "\\s*)*$");
  return regexp;
}

const Regexp& RangeRegexp() {
  static const Regexp& regexp =
      *new Regexp("\\s*(" + ConstraintPattern() + ")\\s+-\\s+(" + ConstraintPattern() + ")\\s*");
  return regexp;
}

std::uint64_t ParsePart(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.empty()) return 0;
  const Parsed<std::uint64_t> parsed = ParseUint(text, 10, 64);
  if (parsed.ok()) return parsed.value;
  throw FunctionError("Error parsing version segment: " +
                      NumberErrorText("ParseUint", text, parsed.error));
}

bool IsNumber(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsIdentifier(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

template <class T>
int ThreeWay(const T& one, const T& other) {
  if (one == other) return 0;
  return one < other ? -1 : 1;
}

// The library's comparePrePart: numbers come before words; what is missing first.
int ComparePart(std::string_view one, std::string_view other) {
  if (one.empty() || other.empty()) return ThreeWay(!one.empty(), !other.empty());
  const Parsed<std::uint64_t> one_number = ParseUint(one, 10, 64);
  const Parsed<std::uint64_t> other_number = ParseUint(other, 10, 64);
  if (one_number.ok() && other_number.ok()) return ThreeWay(one_number.value, other_number.value);
  if (!one_number.ok() && !other_number.ok()) return ThreeWay(one, other);
  return one_number.ok() ? -1 : 1;
}

int ComparePrerelease(std::string_view one, std::string_view other) {
  const std::vector<std::string_view> ones = Split(one, ".", kAllParts);
  const std::vector<std::string_view> others = Split(other, ".", kAllParts);
  for (std::size_t i = 0; i < std::max(ones.size(), others.size()); ++i) {
    const int order = ComparePart(i < ones.size() ? ones[i] : std::string_view(),
                                  i < others.size() ? others[i] : std::string_view());
    if (order != 0) return order;
  }
  return 0;
}

bool IsWildcard(std::string_view part) {
  if (part.starts_with('.')) part.remove_prefix(1);
  return part.empty() || part == "x" || part == "X" || part == "*";
}

// "1.2 - 3" means ">= 1.2, <= 3".
std::string RewriteRanges(std::string_view text) {
  // Groups of the second version, behind those of the first.
  constexpr std::size_t kSecond = 1 + kMetadata + 1;
  std::string out;
  const char* copied = text.data();
  for (const auto& groups : RangeRegexp().FindAllGroups(text)) {
    out.append(copied, groups[0].data());
    out += ">= " + std::string(groups[1]) + ", <= " + std::string(groups[kSecond]) + " ";
    copied = groups[0].data() + groups[0].size();
  }
  out.append(copied, text.data() + text.size());
  return out;
}

}  // namespace

std::string Version::ToString() const {
  std::string text =
      std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  if (!prerelease.empty()) text += "-" + prerelease;
  if (!metadata.empty()) text += "+" + metadata;
  return text;
}

void CheckPrerelease(std::string_view text) {
  for (const std::string_view part : Split(text, ".", kAllParts)) {
    if (IsNumber(part)) {
      if (part.size() > 1 && part[0] == '0') throw FunctionError("Version segment starts with 0");
    } else if (!IsIdentifier(part)) {
      throw FunctionError("Invalid Prerelease string");
    }
  }
}

void CheckMetadata(std::string_view text) {
  for (const std::string_view part : Split(text, ".", kAllParts)) {
    if (!IsIdentifier(part)) throw FunctionError("Invalid Metadata string");
  }
}

Version ParseVersion(std::string_view text) {
  std::vector<std::string_view> groups;
  if (text.size() <= kLongestText) groups = VersionRegexp().FindGroups(text);
  if (groups.empty()) throw FunctionError("Invalid Semantic Version");
  Version version;
  version.original = text;
  version.major = ParsePart(groups[kMajor]);
  version.minor = ParsePart(groups[kMinor]);
  version.patch = ParsePart(groups[kPatch]);
  version.prerelease = groups[kPrerelease];
  version.metadata = groups[kMetadata];
  if (!version.prerelease.empty()) CheckPrerelease(version.prerelease);
  return version;
}

int Compare(const Version& version, const Version& other) {
  if (const int order = ThreeWay(version.major, other.major); order != 0) return order;
  if (const int order = ThreeWay(version.minor, other.minor); order != 0) return order;
  if (const int order = ThreeWay(version.patch, other.patch); order != 0) return order;
  if (version.prerelease.empty() || other.prerelease.empty()) {
    return ThreeWay(version.prerelease.empty(), other.prerelease.empty());
  }
  return ComparePrerelease(version.prerelease, other.prerelease);
}

VersionConstraints::VersionConstraints(std::string_view text) {
  if (text.size() > kLongestText) throw FunctionError("improper constraint: too long");
  const std::string rewritten = RewriteRanges(text);
  for (const std::string_view list : Split(rewritten, "||", kAllParts)) {
    if (!ListRegexp().Matches(list)) {
      throw FunctionError("improper constraint: " + std::string(list));
    }
    std::vector<Constraint>& constraints = alternatives_.emplace_back();
    for (const std::string_view one : FindRegexp().FindAll(list, -1)) {
      constraints.push_back(ParseOne(one));
    }
  }
}

VersionConstraints::Constraint VersionConstraints::ParseOne(std::string_view text) {
  const std::vector<std::string_view> groups = ConstraintRegexp().FindGroups(text);
  if (groups.empty()) throw FunctionError("improper constraint: " + std::string(text));
  const auto part = [&groups](Group group) { return std::string(groups[group + 1]); };
  Constraint constraint;
  constraint.operation = groups[1];
  std::string version;
  if (IsWildcard(part(kMajor))) {
    constraint.dirty = true;
    version = "0.0.0";
  } else if (IsWildcard(part(kMinor))) {
    constraint.dirty = constraint.minor_dirty = true;
    version = part(kMajor) + ".0.0";
  } else if (IsWildcard(part(kPatch))) {
    constraint.dirty = constraint.patch_dirty = true;
    version = part(kMajor) + part(kMinor) + ".0";
  } else {
    version = part(kMajor) + part(kMinor) + part(kPatch);
  }
  try {
    constraint.version = ParseVersion(version + part(kDashed));
  } catch (const FunctionError&) {
    throw FunctionError("constraint Parser Error");
  }
  return constraint;
}

bool VersionConstraints::Allow(const Version& version) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&version](const auto& list) {
    return std::all_of(list.begin(), list.end(), [&version](const Constraint& constraint) {
      return Allows(constraint, version);
    });
  });
}

bool VersionConstraints::Allows(const Constraint& constraint, const Version& version) {
  const std::string& operation = constraint.operation;
  if (operation == "!=") return AllowsNotEqual(constraint, version);
  if (!version.prerelease.empty() && constraint.version.prerelease.empty()) return false;
  const int order = Compare(version, constraint.version);
  if (operation == ">") return AllowsGreater(constraint, version);
  if (operation == "<") return order < 0;
  if (operation == ">=" || operation == "=>") return order >= 0;
  if (operation == "<=" || operation == "=<") return AllowsLessOrEqual(constraint, version);
  if (operation == "^") return AllowsCaret(constraint, version);
  const bool exact = operation.empty() || operation == "=";
  return exact && !constraint.dirty ? order == 0 : AllowsTilde(constraint, version);
}

bool VersionConstraints::AllowsNotEqual(const Constraint& constraint, const Version& version) {
  const Version& other = constraint.version;
  if (!constraint.dirty) return Compare(version, other) != 0;
  if (!version.prerelease.empty() && other.prerelease.empty()) return false;
  if (version.major != other.major) return true;
  if (constraint.minor_dirty) return false;
  if (version.minor != other.minor) return true;
  if (!constraint.patch_dirty) return Compare(version, other) != 0;
  return ComparePrerelease(version.prerelease, other.prerelease) != 0;
}

// ">11" is from 12 on, ">11.1" from 11.2 on.
bool VersionConstraints::AllowsGreater(const Constraint& constraint, const Version& version) {
  const Version& other = constraint.version;
  if (!constraint.dirty) return Compare(version, other) > 0;
  if (version.major != other.major) return version.major > other.major;
  if (constraint.minor_dirty) return false;
  if (constraint.patch_dirty) return version.minor > other.minor;
  return Compare(version, other) > 0;
}

bool VersionConstraints::AllowsLessOrEqual(const Constraint& constraint, const Version& version) {
  const Version& other = constraint.version;
  if (!constraint.dirty) return Compare(version, other) <= 0;
  if (version.major > other.major) return false;
  return version.major != other.major || version.minor <= other.minor || constraint.minor_dirty;
}

// ~1.2.3 and ~1.2 are below 1.3, ~1 is below 2, ~0.0.0 is anything.
bool VersionConstraints::AllowsTilde(const Constraint& constraint, const Version& version) {
  const Version& other = constraint.version;
  if (Compare(version, other) < 0) return false;
  if (other.major == 0 && other.minor == 0 && other.patch == 0 && !constraint.minor_dirty &&
      !constraint.patch_dirty) {
    return true;
  }
  return version.major == other.major && (version.minor == other.minor || constraint.minor_dirty);
}

// ^1.2.3 is below 2, ^0.2.3 below 0.3, ^0.0.3 below 0.0.4.
bool VersionConstraints::AllowsCaret(const Constraint& constraint, const Version& version) {
  const Version& other = constraint.version;
  if (Compare(version, other) < 0) return false;
  if (other.major > 0 || constraint.minor_dirty) return version.major == other.major;
  if (version.major > 0) return false;
  if (other.minor > 0 || constraint.patch_dirty) return version.minor == other.minor;
  return version.minor == 0 && version.patch == other.patch;
}

}  // namespace sidecar::gotemplate::funcs
