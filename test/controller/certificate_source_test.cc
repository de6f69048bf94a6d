#include "controller/certificate_source.h"

#include <memory>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/task_group.h"
#include "lib/kube/protocol/resources.h"
#include "test/controller/fixture.h"
#include "test/support/certificates.h"
#include "test/support/temp_folder.h"

namespace sidecar::controller {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CertificateSourceTest : public ApiServerTest {
 protected:
  ~CertificateSourceTest() override {
    tasks_.Stop();
    boost::asio::co_spawn(pool_, tasks_.Join(), boost::asio::use_future).get();
    pool_.join();
  }

  void Make(const CertificateOptions& certificates) {
    ControllerOptions options;
    options.certificates = certificates;
    source_ = std::make_unique<CertificateSource>(
        options,
        CertificateSource::Parts{[] { return true; },
                                 [] {
                                   return ServerBundles{true, {}};
                                 },
                                 [this] { ++bundle_changes_; }},
        *client_, log_, metrics_, readiness_);
  }

  std::atomic<int> bundle_changes_ = 0;
  boost::asio::thread_pool pool_{1};
  TaskGroup tasks_{pool_.get_executor()};
  std::unique_ptr<CertificateSource> source_;
};

TEST_F(CertificateSourceTest, FilesAreReadAndReadAgain) {
  const testing_support::TempFolder folder;
  CertificateOptions options;
  options.mode = CertificateMode::kFiles;
  options.certificate_file = folder.Path("tls.crt");
  options.key_file = folder.Path("tls.key");
  options.ca_file = folder.Path("ca.crt");
  Make(options);
  EXPECT_THAT(source_->files(),
              ElementsAre(options.certificate_file, options.key_file, options.ca_file));
  source_->Reload();
  EXPECT_EQ(source_->tls().Get(), nullptr);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("tls.crt: no such file or directory"));

  const auto made = testing_support::MakeCertificate({});
  folder.Write("tls.crt", made.certificate);
  folder.Write("tls.key", made.key);
  folder.Write("ca.crt", "the authority");
  source_->Reload();
  EXPECT_NE(source_->tls().Get(), nullptr);
  ASSERT_NE(source_->ca_bundle().Get(), nullptr);
  EXPECT_EQ(*source_->ca_bundle().Get(), "the authority");
  EXPECT_EQ(bundle_changes_, 1);
  EXPECT_EQ(source_->facts().generation, 1U);
}

TEST_F(CertificateSourceTest, WithoutAnAuthorityTheBundleIsSomebodyElses) {
  const testing_support::TempFolder folder;
  const auto made = testing_support::MakeCertificate({});
  folder.Write("tls.crt", made.certificate);
  folder.Write("tls.key", made.key);
  CertificateOptions options;
  options.mode = CertificateMode::kFiles;
  options.certificate_file = folder.Path("tls.crt");
  options.key_file = folder.Path("tls.key");
  Make(options);
  source_->Reload();
  EXPECT_NE(source_->tls().Get(), nullptr);
  EXPECT_EQ(source_->ca_bundle().Get(), nullptr);
}

TEST_F(CertificateSourceTest, AnOwnAuthorityIsMadeAndKeptInTheSecret) {
  Make({});
  EXPECT_THAT(source_->files(), IsEmpty());
  tasks_.Spawn("certificates", tasks_.NewStrand(), [this] { return source_->Run(); });
  EXPECT_TRUE(Eventually([&] { return source_->tls().Get() != nullptr; })) << LogText();
  EXPECT_TRUE(Eventually([&] { return source_->ca_bundle().Get() != nullptr; }));
  EXPECT_TRUE(server_.Get(kube::kSecrets, "istio-system", "sidecar-injector-certs").is_object());
}

}  // namespace
}  // namespace sidecar::controller
