#pragma once

#include <string>
#include <string_view>

namespace sidecar {

// How many processors this process may use at the same time, at least 1: the container's CPU limit
// (cgroup v2 or v1, rounded up), the affinity mask and the machine, whichever is least. A pool that
// is sized by the machine makes a limited container run into its quota and stall for the rest of
// each period.
unsigned CpuCount();

// The limit that a cgroup's files express, in processors rounded up; 0 where there is none. Takes
// the content of `cpu.max`: "max 100000" or "150000 100000"; for version 1, "QUOTA PERIOD" of the
// two files, where -1 is none.
unsigned CpuLimit(std::string_view quota_and_period);

// As CpuCount, with the files below `root` instead of "/".
unsigned CpuCountBelow(const std::string& root, unsigned available);

}  // namespace sidecar
