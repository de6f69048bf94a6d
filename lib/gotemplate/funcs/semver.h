#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Masterminds/semver v3.3: versions and constraints on them. Pure.
namespace sidecar::gotemplate::funcs {

struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  std::string prerelease = {};
  std::string metadata = {};
  std::string original = {};  // As it was given.

  std::string ToString() const;
};

// NewVersion: minor and patch may be missing, a "v" stand in front. Throws FunctionError
// ("Invalid Semantic Version").
Version ParseVersion(std::string_view text);

// Throw FunctionError for what cannot be that part of a version.
void CheckPrerelease(std::string_view text);
void CheckMetadata(std::string_view text);

// -1, 0, 1. Metadata do not count.
int Compare(const Version& version, const Version& other);

// Such as ">=1.2 <2 || ~3.1": one of some lists, all of a list. A version with a prerelease
// satisfies only constraints that have one, but for `!=`.
class VersionConstraints {
 public:
  // Throws FunctionError ("improper constraint: x").
  explicit VersionConstraints(std::string_view text);

  bool Allow(const Version& version) const;

 private:
  struct Constraint {
    std::string operation;
    Version version;
    // Which parts are missing or "x": any, the minor version and patch, the patch alone.
    bool dirty = false;
    bool minor_dirty = false;
    bool patch_dirty = false;
  };

  static Constraint ParseOne(std::string_view text);
  static bool Allows(const Constraint& constraint, const Version& version);
  static bool AllowsNotEqual(const Constraint& constraint, const Version& version);
  static bool AllowsGreater(const Constraint& constraint, const Version& version);
  static bool AllowsLessOrEqual(const Constraint& constraint, const Version& version);
  static bool AllowsTilde(const Constraint& constraint, const Version& version);
  static bool AllowsCaret(const Constraint& constraint, const Version& version);

  std::vector<std::vector<Constraint>> alternatives_;
};

}  // namespace sidecar::gotemplate::funcs
