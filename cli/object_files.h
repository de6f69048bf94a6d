#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/diagnose/object_set.h"

namespace sidecar::cli {

// Reads the objects of files, folders and standard input ("-") into `set`, with their places. Files
// as ExpandInputs finds them. An error names the file, and the line where the document begins; it
// is that of the first document that cannot be read.
Result<void> ReadObjects(const std::vector<std::string>& filenames, bool recursive,
                         diagnose::ObjectSet& set);

}  // namespace sidecar::cli
