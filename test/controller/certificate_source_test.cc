#include "controller/certificate_source.h"

#include <filesystem>
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
    // The client's idle connections belong to the pool, which ends before the base class does.
    source_.reset();
    client_.reset();
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
  folder.Write("ca.crt", made.certificate);
  source_->Reload();
  EXPECT_NE(source_->tls().Get(), nullptr);
  ASSERT_NE(source_->ca_bundle().Get(), nullptr);
  EXPECT_EQ(*source_->ca_bundle().Get(), made.certificate);
  EXPECT_EQ(bundle_changes_, 1);
  EXPECT_EQ(source_->facts().generation, 1U);

  const std::string next = made.certificate + testing_support::MakeCertificate({}).certificate;
  folder.Write("ca.crt", next);
  source_->Reload();
  EXPECT_EQ(*source_->ca_bundle().Get(), next);
  EXPECT_EQ(bundle_changes_, 2);
}

TEST_F(CertificateSourceTest, ABrokenAuthorityIsNamedAndNotPublished) {
  const testing_support::TempFolder folder;
  const auto made = testing_support::MakeCertificate({});
  folder.Write("tls.crt", made.certificate);
  folder.Write("tls.key", made.key);
  CertificateOptions options;
  options.mode = CertificateMode::kFiles;
  options.certificate_file = folder.Path("tls.crt");
  options.key_file = folder.Path("tls.key");
  options.ca_file = folder.Path("ca.crt");
  Make(options);
  source_->Reload();
  EXPECT_FALSE(readiness_.IsReady());
  EXPECT_THAT(readiness_.Describe(), HasSubstr("ca.crt: no such file or directory"));
  folder.Write("ca.crt", "junk");
  source_->Reload();
  EXPECT_EQ(source_->ca_bundle().Get(), nullptr);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("ca.crt: "));

  folder.Write("ca.crt", made.certificate);
  source_->Reload();
  EXPECT_TRUE(readiness_.IsReady()) << readiness_.Describe();
  folder.Write("ca.crt", "");
  source_->Reload();
  EXPECT_EQ(*source_->ca_bundle().Get(), made.certificate);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]authority ok: the last reload failed"));
  EXPECT_TRUE(readiness_.IsReady());
}

TEST_F(CertificateSourceTest, ClientsAreCheckedInEveryMode) {
  const testing_support::TempFolder folder;
  const auto made = testing_support::MakeCertificate({});
  folder.Write("tls.crt", made.certificate);
  folder.Write("tls.key", made.key);
  CertificateOptions options;
  options.client_ca_file = folder.Path("clients.crt");
  for (const auto mode : {CertificateMode::kSelfSigned, CertificateMode::kFiles}) {
    options.mode = mode;
    if (mode == CertificateMode::kFiles) {
      options.certificate_file = folder.Path("tls.crt");
      options.key_file = folder.Path("tls.key");
    }
    observe::MetricRegistry metrics;
    observe::Readiness readiness{{}};
    ControllerOptions all;
    all.certificates = options;
    const CertificateSource::Parts parts{[] { return true; },
                                         [] {
                                           return ServerBundles{true, {}};
                                         },
                                         [] {}};
    CertificateSource source(all, parts, *client_, log_, metrics, readiness);
    EXPECT_THAT(source.files(), testing::Contains(options.client_ca_file));
    TaskGroup tasks(pool_.get_executor());
    tasks.Spawn("certificates", tasks.NewStrand(), [&source] { return source.Run(); });
    source.Reload();
    EXPECT_THAT(readiness.Describe(), HasSubstr("clients.crt: no such file or directory"));
    folder.Write("clients.crt", made.certificate);
    source.Reload();
    EXPECT_TRUE(Eventually([&] { return readiness.IsReady(); })) << readiness.Describe();
    EXPECT_NE(source.tls().Get(), nullptr);
    folder.Write("clients.crt", "junk");
    source.Reload();
    EXPECT_THAT(readiness.Describe(), HasSubstr("the last reload failed: client CA: "));
    EXPECT_TRUE(readiness.IsReady());
    tasks.Stop();
    boost::asio::co_spawn(pool_, tasks.Join(), boost::asio::use_future).get();
    std::filesystem::remove(options.client_ca_file);
  }
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
