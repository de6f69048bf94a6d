#include "cli/doctor/certificates.h"

#include <gtest/gtest.h>

#include "cli/doctor/survey.h"
#include "lib/yaml/base64.h"
#include "test/cli/doctor/cluster.h"
#include "test/support/certificates.h"

namespace sidecar::cli {
namespace {

// What is seen with a caBundle; nobody listens at the replica's address.
diagnose::DoctorSnapshot See(const std::string& bundle) {
  DoctorCluster cluster;
  nlohmann::json webhook = cluster.server.Get(kube::kMutatingWebhooks, "", "injector");
  webhook["webhooks"][0]["clientConfig"]["caBundle"] = bundle;
  cluster.server.Put(kube::kMutatingWebhooks, webhook);
  ClusterClient client = cluster.Connect();
  return std::move(Observe(client, {})).value();
}

TEST(CertificatesTest, ABundleIsReadOrItsFaultTold) {
  EXPECT_EQ(See("?").bundle_problem, "it is no base64");
  EXPECT_NE(See("bm8=").bundle_problem, "");
  const std::string pem = testing_support::MakeCertificate({}).certificate;
  const diagnose::DoctorSnapshot good = See(yaml::EncodeBase64(pem + pem));
  EXPECT_EQ(good.bundle_problem, "");
  ASSERT_EQ(good.bundle.size(), 2U);
  EXPECT_EQ(good.bundle[0].subject, "CN=injector");
}

TEST(CertificatesTest, AReplicaThatCannotBeReachedIsToldSo) {
  const diagnose::DoctorSnapshot snapshot = See("");
  ASSERT_EQ(snapshot.served.size(), 1U);
  EXPECT_EQ(snapshot.served[0].address, "127.0.0.1:1");
  EXPECT_NE(snapshot.served[0].problem, "");
}

}  // namespace
}  // namespace sidecar::cli
