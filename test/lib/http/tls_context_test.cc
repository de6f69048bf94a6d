#include "lib/http/tls_context.h"

#include <array>
#include <functional>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "test/support/certificates.h"

namespace sidecar {
namespace {

using boost::asio::ssl::context;
using testing_support::CertificateRequest;
using testing_support::Credentials;
using testing_support::MakeCertificate;

using ContextPtr = std::shared_ptr<const context>;
using SslPtr = std::unique_ptr<SSL, decltype(&SSL_free)>;

ContextPtr Server(const ClientCheck& clients = {}) {
  const Credentials made = MakeCertificate({});
  const auto pair = pki::ReadKeyPair(made.certificate, made.key);
  auto result = MakeServerTlsContext(*pair, clients);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return *result;
}

SslPtr InMemory(SSL_CTX* raw) {
  SslPtr ssl(SSL_new(raw), &SSL_free);
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  return ssl;
}

void Pump(SSL* from, SSL* to) {
  std::array<char, 4096> bytes{};
  for (int size = 0; (size = BIO_read(SSL_get_wbio(from), bytes.data(), bytes.size())) > 0;) {
    BIO_write(SSL_get_rbio(to), bytes.data(), size);
  }
}

// What the server makes of a client.
struct Outcome {
  bool accepted = false;
  std::string version;
  std::string protocol;
  long tickets_bytes = 0;  // What the server sends after its part of the handshake.
};

Outcome Connect(const context& server_context, const std::function<void(SSL*)>& prepare) {
  context client_context(context::tls_client);
  const SslPtr client = InMemory(client_context.native_handle());
  const SslPtr server = InMemory(const_cast<context&>(server_context).native_handle());
  prepare(client.get());
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  Outcome outcome;
  for (int round = 0; round < 5 && !outcome.accepted; ++round) {
    SSL_do_handshake(client.get());
    Pump(client.get(), server.get());
    outcome.accepted = SSL_do_handshake(server.get()) == 1;
    if (outcome.accepted) outcome.tickets_bytes = BIO_pending(SSL_get_wbio(server.get()));
    Pump(server.get(), client.get());
  }
  ERR_clear_error();
  outcome.version = SSL_get_version(server.get());
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(server.get(), &protocol, &size);
  if (size > 0) outcome.protocol.assign(protocol, protocol + size);
  return outcome;
}

void Offer(SSL* client, std::string_view protocols) {
  SSL_set_alpn_protos(client, reinterpret_cast<const unsigned char*>(protocols.data()),
                      static_cast<unsigned>(protocols.size()));
}

TEST(TlsContextTest, Tls13IsPreferredAndCarriesNoTickets) {
  const Outcome outcome = Connect(*Server(), [](SSL*) {});
  EXPECT_TRUE(outcome.accepted);
  EXPECT_EQ(outcome.version, "TLSv1.3");
  EXPECT_EQ(outcome.tickets_bytes, 0);
}

TEST(TlsContextTest, Tls12IsTheOldestThatIsServed) {
  const ContextPtr server = Server();
  const auto at_most = [&](int version) {
    return Connect(*server, [version](SSL* client) {
      SSL_set_security_level(client, 0);
      SSL_set_min_proto_version(client, TLS1_VERSION);
      SSL_set_max_proto_version(client, version);
    });
  };
  EXPECT_TRUE(at_most(TLS1_2_VERSION).accepted);
  EXPECT_EQ(at_most(TLS1_2_VERSION).version, "TLSv1.2");
  EXPECT_FALSE(at_most(TLS1_1_VERSION).accepted);
}

TEST(TlsContextTest, CiphersWithoutForwardSecrecyAreRefused) {
  const Outcome outcome = Connect(*Server(), [](SSL* client) {
    SSL_set_max_proto_version(client, TLS1_2_VERSION);
    SSL_set_cipher_list(client, "ECDHE-ECDSA-AES128-SHA:AES128-GCM-SHA256");
  });
  EXPECT_FALSE(outcome.accepted);
}

TEST(TlsContextTest, Http11IsTheOnlyProtocol) {
  using namespace std::string_view_literals;
  const ContextPtr server = Server();
  const auto offering = [&](std::string_view protocols) {
    return Connect(*server, [protocols](SSL* client) { Offer(client, protocols); });
  };
  EXPECT_EQ(offering("\2h2\10http/1.1"sv).protocol, "http/1.1");
  EXPECT_TRUE(offering(""sv).accepted);
  EXPECT_FALSE(offering("\2h2"sv).accepted);
}

TEST(TlsContextTest, TryHandshakeProvesTheContext) {
  EXPECT_TRUE(TryHandshake(*Server()).has_value());
  const context without_certificate(context::tls_server);
  EXPECT_FALSE(TryHandshake(without_certificate).has_value());
}

class ClientCheckTest : public testing::Test {
 protected:
  ClientCheckTest() {
    CertificateRequest request;
    request.common_name = "client CA";
    request.is_ca = true;
    authority_ = MakeCertificate(request);
  }

  bool Accepts(const std::vector<std::string>& allowed, const Credentials* client) {
    ClientCheck check{authority_.certificate, allowed};
    const ContextPtr server = Server(check);
    EXPECT_TRUE(TryHandshake(*server).has_value());
    return Connect(*server,
                   [client](SSL* ssl) {
                     if (client == nullptr) return;
                     const auto pair = pki::ReadKeyPair(client->certificate, client->key);
                     SSL_use_certificate(ssl, pair->chain.front().get());
                     SSL_use_PrivateKey(ssl, pair->key.get());
                   })
        .accepted;
  }

  Credentials Client(const std::string& name, const Credentials* issuer,
                     const std::string& usage = "clientAuth") {
    CertificateRequest request;
    request.common_name = name;
    request.alternative_names = {"DNS:" + name + ".example"};
    request.extended_key_usage = usage;
    return MakeCertificate(request, issuer);
  }

  Credentials authority_;
};

TEST_F(ClientCheckTest, OnlyClientsOfTheAuthorityAreServed) {
  const Credentials signed_client = Client("apiserver", &authority_);
  const Credentials stranger = Client("apiserver", nullptr);
  EXPECT_TRUE(Accepts({}, &signed_client));
  EXPECT_FALSE(Accepts({}, &stranger));
  EXPECT_FALSE(Accepts({}, nullptr));
}

TEST_F(ClientCheckTest, AServersCertificateDoesNotDo) {
  const Credentials server = Client("apiserver", &authority_, "serverAuth");
  EXPECT_FALSE(Accepts({}, &server));
}

TEST_F(ClientCheckTest, NamesAreTheCommonNameOrADnsName) {
  const Credentials client = Client("apiserver", &authority_);
  EXPECT_TRUE(Accepts({"other", "apiserver"}, &client));
  EXPECT_TRUE(Accepts({"apiserver.example"}, &client));
  EXPECT_FALSE(Accepts({"other"}, &client));
}

TEST_F(ClientCheckTest, AnAuthorityThatCannotBeReadIsAnError) {
  const Credentials made = MakeCertificate({});
  const auto pair = pki::ReadKeyPair(made.certificate, made.key);
  const auto result = MakeServerTlsContext(*pair, ClientCheck{"nonsense", {}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "client CA: certificate: no PEM block of type CERTIFICATE");
}

TEST(TlsContextTest, ItsCertificatesCanBeDescribed) {
  CertificateRequest authority;
  authority.common_name = "authority";
  authority.is_ca = true;
  const Credentials issuer = MakeCertificate(authority);
  const Credentials made = MakeCertificate({}, &issuer);
  const auto pair = pki::ReadKeyPair(made.certificate + issuer.certificate, made.key);
  const auto server = MakeServerTlsContext(*pair);
  const auto facts = DescribeIdentity(**server);
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(facts[0].common_name, "injector");
  EXPECT_EQ(facts[0].not_after, pair->leaf.not_after);
  EXPECT_TRUE(facts[1].is_ca);
  EXPECT_TRUE(DescribeIdentity(context(context::tls_server)).empty());
}

}  // namespace
}  // namespace sidecar
