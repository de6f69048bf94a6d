"""What the controller keeps right: configuration, caBundle, certificates."""
import time

from e2e.harness.case import containers, deployment
from e2e.harness.controller_case import SECRET, ControllerCase, config_with_image
from e2e.harness.load import Load
from e2e.harness.polling import wait_until


class CaBundle(ControllerCase):
    runs_without_removed_apis = True

    def test_29_the_bundle_is_filled_in_and_restored(self):
        """A configuration without caBundle has one within 1 s of the controller's readiness. Wiped, it
        is restored within 1 s. A second webhook in it, and all other fields, stay as they are, and
        with nothing to change nothing is written."""
        self.set_up_control(webhook=False)
        made = self.create_webhook()
        other = {**made["webhooks"][0], "name": "other.example.test", "failurePolicy": "Ignore",
                 "namespaceSelector": {"matchLabels": {"nobody": self.suffix}}}
        self.api.patch("MutatingWebhookConfiguration", None, self.webhook_name,
                       [{"op": "add", "path": "/webhooks/-", "value": other}], "json")
        self.start_controller()
        first = self.wait_for_bundle(1)
        self.assertIn("BEGIN CERTIFICATE", first)
        for _ in range(3):
            before = self.webhook()
            self.wipe_bundle()
            started = time.monotonic()
            self.wait_for_bundle(1)
            self.note(f"restored after {1000 * (time.monotonic() - started):.0f} ms")
            after = self.webhook()
            self.assertEqual(after["webhooks"], before["webhooks"])
        self.assertNotIn("caBundle", after["webhooks"][1]["clientConfig"])
        # Something else changes: that is no reason to write.
        self.api.patch("MutatingWebhookConfiguration", None, self.webhook_name,
                       {"metadata": {"labels": {"touched": "yes"}}})
        version = self.webhook()["metadata"]["resourceVersion"]
        self.put_config_map("istio-inject", {"config": config_with_image("example.test/proxy:new")})
        self.wait_for_image("example.test/proxy:new")
        self.assertEqual(self.webhook()["metadata"]["resourceVersion"], version)

    def test_30_a_configuration_that_comes_later(self):
        """Without a webhook configuration the controller starts and is ready; when one appears, it has
        its caBundle within 1 s. Deleted and made again: the same."""
        self.set_up_control(webhook=False)
        controller = self.start_controller()
        self.assertTrue(controller.is_ready())
        for _ in range(2):
            self.create_webhook()
            self.wait_for_bundle(1)
            self.wait_until_injected(self.target)
            self.api.delete("MutatingWebhookConfiguration", None, self.webhook_name)
            wait_until(lambda: "istio-proxy" not in containers(self.dry_run(self.target)),
                       what="nobody injects")


class Configuration(ControllerCase):
    runs_without_removed_apis = True

    def test_31_a_change_is_effective_at_once(self):
        """The ConfigMap changes: the next pod follows within 1 s."""
        self.start_injecting()
        for number in range(3):
            image = f"example.test/proxy:{number}"
            self.write_config(config_with_image(image))
            started = time.monotonic()
            self.wait_for_image(image, 1)
            self.note(f"effective after {1000 * (time.monotonic() - started):.0f} ms")

    def test_31_a_bad_change_is_reported_and_not_used(self):
        """A ConfigMap that is no configuration: the last good one stays, an Event on the ConfigMap
        names the line, the metric says so, and the replica stays ready. Repaired, the new one is in
        use."""
        controller = self.start_injecting()[0]
        before = self.image_of_next_pod()
        self.write_config("policy: enabled\ntemplate: |\n  containers:\n  - name: {{ .Nope \n")

        def event():
            return [e for e in self.events(self.control, "istio-inject") if e["type"] == "Warning"]
        found = wait_until(event, 5, what="an Event on the ConfigMap")[0]
        self.note(f"Event {found['reason']}: {found['message']}")
        self.assertRegex(found["message"], r"line \d|:\d+")
        self.assertEqual(self.image_of_next_pod(), before)
        self.assertTrue(controller.is_ready())
        self.assertEqual(controller.metric("sidecar_injector_config_last_reload_successful",
                                           source="config"), 0)
        self.write_config(config_with_image("example.test/proxy:repaired"))
        self.wait_for_image("example.test/proxy:repaired", 1)
        wait_until(lambda: controller.metric("sidecar_injector_config_last_reload_successful",
                                             source="config") == 1, what="the metric")

    def test_32_a_deleted_configuration_is_missed_by_nobody(self):
        """The ConfigMap is deleted: pods are injected as before. Made again with another image: the
        next pod has that one."""
        controller = self.start_injecting()[0]
        before = self.image_of_next_pod()
        self.api.delete("ConfigMap", self.control, "istio-inject")
        wait_until(lambda: "istio-inject" in controller.process.output().split("serving")[-1], 5,
                   what="a log line about the ConfigMap")
        self.assertEqual(self.image_of_next_pod(), before)
        self.assertTrue(controller.is_ready())
        self.write_config(config_with_image("example.test/proxy:again"))
        self.wait_for_image("example.test/proxy:again", 1)

    def test_31_without_any_configuration_it_is_not_ready(self):
        """No ConfigMap at the start: not ready, and the text says which is missing. Made: ready."""
        self.set_up_control()
        self.api.delete("ConfigMap", self.control, "istio-inject")
        controller = self.start_controller(wait=False)

        def reason():
            status, text = controller.page("/readyz")
            return text if status == 503 and "istio-inject" in text else None
        self.note(wait_until(reason, 10, what="a reason").strip().replace("\n", "; "))
        self.write_config(config_with_image("example.test/proxy:late"))
        controller.wait_ready()
        self.wait_for_image("example.test/proxy:late", 5)


class Namespaces(ControllerCase):
    def enable(self, namespace):
        """Labels a namespace as users do, and as the selector of this test's webhook wants it."""
        self.kubectl("label", "--overwrite", "namespace", namespace, "istio-injection=enabled",
                     f"inject-test={self.target}")

    def test_31_an_enabled_namespace_is_told_about_its_pods(self):
        """A namespace with a Deployment's two pods becomes enabled: an Event on it counts the pods
        without sidecar and names the command that restarts them."""
        self.start_injecting()
        name = self.namespace("enabled")
        self.api.create(deployment(replicas=2), name)
        self.pods_of(name, 2)
        self.enable(name)
        found = wait_until(lambda: self.events("default", name), 10, what="an Event on the namespace")[0]
        self.note(f"Event {found['reason']}: {found['message']}")
        self.assertIn("2 ", found["message"])
        self.assertIn(f"sidecar-injector restart --missing -n {name}", found["message"])
        self.assertIn("kubectl rollout restart", found["message"])

    def test_31_what_is_enabled_while_nobody_leads_is_told_later(self):
        """A namespace is enabled while no replica runs: the next leader writes the Event on it, once,
        however many leaders follow. One that was enabled long before gets none."""
        def enabled(name):
            name = self.namespace(name)
            self.create_pod(name)
            self.enable(name)
            return name

        def told(name):
            return [e for e in self.events("default", name) if e["reason"] == "PodsWithoutSidecar"]

        def stop(replica):
            self.wait_for_leader()
            self.replicas.remove(replica)
            replica.stop()
        self.set_up_control()
        before = enabled("before")
        time.sleep(15)  # Clocks may differ by 10 s: what was labelled within them may be told.
        stop(self.start_controller())
        meanwhile = enabled("meanwhile")
        for _ in range(2):
            replica = self.start_controller()
            wait_until(lambda: told(meanwhile), 15, what="an Event on the namespace")
            wait_until(lambda r=replica: "while nobody led" in r.process.output(), 5,
                       what="the leader has caught up")
            stop(replica)
        self.assertEqual([e["count"] for e in told(meanwhile)], [1])
        self.assertEqual(told(before), [])


class Certificates(ControllerCase):
    runs_without_removed_apis = True

    def test_28_its_own_certificate_is_verified(self):
        """With a CA of its own in the Secret, the API server verifies the Service's name, and a pod is
        injected with failurePolicy Fail."""
        self.start_injecting()
        self.assert_injected(self.create_pod(self.target))
        data = self.api.get("Secret", self.control, SECRET)["data"]
        self.note("Secret with " + ", ".join(sorted(data)))

    def test_28_a_damaged_secret_heals(self):
        """The Secret is filled with junk, then deleted: it is made anew, the caBundle follows, and no
        creation of a pod fails meanwhile."""
        self.start_injecting()
        load = Load(self.api, self.target, workers=2, pause=0.02)
        junk = {key: "anVuaw==" for key in self.api.get("Secret", self.control, SECRET)["data"]}
        self.api.patch("Secret", self.control, SECRET, {"data": junk})
        wait_until(lambda: self.api.get("Secret", self.control, SECRET)["data"] != junk, 30,
                   what="the Secret is repaired")
        self.api.delete("Secret", self.control, SECRET)
        wait_until(lambda: self.api.exists("Secret", self.control, SECRET), 30, what="the Secret is back")
        wait_until(lambda count=load.created: load.created > count + 50, what="more pods")
        load.stop().check(self)


class Leaders(ControllerCase):
    runs_without_removed_apis = True

    def test_36_one_leads_and_all_serve(self):
        """Two replicas, one Lease holder; both inject. The holder is killed: the other holds the Lease
        within its 15 s and a bit, and restores a wiped caBundle."""
        replicas = self.start_injecting(replicas=2)
        leader = self.wait_for_leader()

        def injected():
            return [r.metric("sidecar_injector_admission_decisions_total", reason="Injected") for r in replicas]
        before = injected()
        # The API server keeps its connections; more at a time need new ones, which go to each in turn.
        load = Load(self.api, self.target, workers=20)
        wait_until(lambda: all(now > then for now, then in zip(injected(), before)), 20, what="both inject")
        load.stop().check(self)
        started = time.monotonic()
        leader.kill()
        self.replicas.remove(leader)
        self.wait_for_leader(timeout=25)
        self.note(f"another leader after {time.monotonic() - started:.1f} s")
        self.wipe_bundle()
        self.wait_for_bundle(5)

    def test_36_a_leader_that_stops_hands_over(self):
        """The holder is told to stop: the other holds the Lease within 5 s, without waiting for its
        end."""
        self.start_injecting(replicas=2)
        leader = self.wait_for_leader()
        self.replicas.remove(leader)
        self.proxy.set_backends(self.replicas)
        leader.stop()
        started = time.monotonic()
        self.wait_for_leader(timeout=5)
        self.note(f"another leader {time.monotonic() - started:.1f} s after the end of the first")
