#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "controller/json_field.h"
#include "lib/inject/decision.h"

// Which pods of a namespace have no sidecar although they would get one if they were created anew,
// and how to have that done. Pure, any thread.

namespace sidecar::controller {

struct PodSurvey {
  std::size_t running = 0;  // Pods that have not ended and are not about to.
  std::size_t missing = 0;  // Of these, without a sidecar that they would get.
  std::size_t bare = 0;     // Of the missing, those that nothing would create anew.
  // What kubectl can restart: "deployment", "statefulset", "daemonset".
  std::set<std::string> restartable;
  std::size_t other_owners = 0;  // Of the missing, those of Jobs and the like.
};

// Adds one pod to the survey.
void Survey(const Json& pod, const std::string& namespace_name, inject::Policy policy,
            PodSurvey& survey);

// What an Event on the namespace says; empty where no pod is missing a sidecar.
std::string Advice(const PodSurvey& survey, const std::string& namespace_name);

}  // namespace sidecar::controller
