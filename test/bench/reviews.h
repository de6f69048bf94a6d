#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Admission reviews to measure with. Not part of any product.
namespace sidecar::bench {

// A pod that a ReplicaSet made, as a kube-apiserver sends it, of about `bytes`: what is missing is
// filled with containers full of environment variables, ports, probes and mounts. The least is a
// pod with one container and nothing else, some 600 bytes.
std::string MakeReview(std::size_t bytes);

struct ReviewSize {
  std::string name;
  std::size_t bytes;
};
const std::vector<ReviewSize>& ReviewSizes();  // tiny, 3.8 KB, 200 KB, 1.5 MB

// Where in a review ten digits stand by which reviews differ: of the request's uid, which all of
// them have of their own; of the uid of the pod's owner, which no template of ours reads; of a
// label that the 0.5 template renders, so that each number gives a rendering of its own.
std::size_t FindUid(const std::string& review);
std::size_t FindOwner(const std::string& review);
std::size_t FindSerial(const std::string& review);
void SetSerial(std::string& review, std::size_t at, std::uint64_t number);

}  // namespace sidecar::bench
