#pragma once

#include <string>
#include <vector>

#include "lib/diagnose/doctor/doctor.h"

namespace sidecar::cli {

// What `doctor` found, for a person: by group, with a hint for each thing that is wrong.
std::string RenderCheckup(const std::vector<diagnose::CheckReport>& reports, bool in_colour);

// The same as one table, a row for each finding.
std::string RenderWideCheckup(const std::vector<diagnose::CheckReport>& reports, bool in_colour);

// The same for programs, as "json" or "yaml", or the codes of what is wrong as "name".
std::string WriteCheckup(const std::vector<diagnose::CheckReport>& reports,
                         const std::string& format);

// "28 ok, 1 error, 2 warnings, 1 info, 3 skipped"
std::string SummarizeCheckup(const std::vector<diagnose::CheckReport>& reports);

}  // namespace sidecar::cli
