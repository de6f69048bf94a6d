"""No creation of a pod may fail, whatever happens to the injector: failurePolicy Fail throughout."""
import re
import threading
import time

from e2e.harness.case import deployment
from e2e.harness.clock import DAY, ShiftedClock
from e2e.harness.controller_case import SECRET, ControllerCase, config_with_image
from e2e.harness.load import Load
from e2e.harness.polling import wait_until


class NeverFails(ControllerCase):
    alone = True

    def load(self, workers=4):
        load = Load(self.api, self.target, workers=workers)
        self.addCleanup(load.stop)
        return load

    def more(self, load, count=100):
        """Until so many more pods have been created."""
        goal = load.created + count
        wait_until(lambda: load.created >= goal or load.failures, 60, what="more pods")

    def secret(self):
        return self.api.get("Secret", self.control, SECRET)["data"]

    def rotate(self, what):
        self.kubectl("-n", self.control, "annotate", "--overwrite", "secret", SECRET,
                     f"sidecar-injector.istio.io/rotate={what}")

    def test_26_a_new_leaf_with_three_replicas(self):
        """A new leaf is asked for by annotation, under load on three replicas: the Secret has it within
        10 s, all replicas serve it, and no creation fails."""
        replicas = self.start_injecting(replicas=3)
        load = self.load()
        self.more(load)
        before = self.secret()
        self.rotate("leaf")
        wait_until(lambda: self.secret()["tls.crt"] != before["tls.crt"], 10, what="a new leaf")
        self.more(load)
        wait_until(lambda: len({r.metric("sidecar_injector_certificate_expiry_timestamp_seconds")
                                for r in replicas}) == 1, 30, what="all replicas serve the same leaf")
        self.more(load)
        load.stop().check(self)
        self.assertEqual(self.secret()["ca.crt"], before["ca.crt"])

    def test_27_a_new_authority_with_three_replicas(self):
        """A new CA is asked for by annotation, under load on three replicas. The caBundle holds both,
        API servers get a minute to notice, only then comes a leaf of the new one: no creation fails."""
        self.start_injecting(replicas=3)
        load = self.load(workers=2)
        self.more(load)
        before = self.secret()
        self.rotate("ca")
        wait_until(lambda: self.bundle().count("BEGIN CERTIFICATE") == 2, 15, what="both CAs in caBundle")
        self.assertEqual(self.secret()["tls.crt"], before["tls.crt"])
        wait_until(lambda: self.secret()["tls.crt"] != before["tls.crt"], 120, 0.1, "the new leaf")
        self.assertNotEqual(self.secret()["ca.crt"], before["ca.crt"])
        self.more(load, 300)
        load.stop().check(self)

    def test_36_the_leader_is_killed(self):
        """The leader of three is killed under load. What it was answering at that moment dies with it:
        at most one creation for each of the 4 that create, begun before the kill. Of all that begin
        later, also before another leads, none fails. (A Service that is refused by a replica goes to the
        next, as kube-proxy's users see it once the endpoints are updated.)"""
        self.start_injecting(replicas=3)
        leader = self.wait_for_leader()
        load = self.load()
        self.more(load, 200)
        leader.kill()
        killed = time.monotonic()
        self.replicas.remove(leader)
        wait_until(lambda: leader not in self.proxy.ready(), what="the Service has noticed")
        self.more_despite_failures(load, 200)
        self.wait_for_leader(other_than=None, timeout=30)
        self.more_despite_failures(load, 200)
        load.stop()
        # The API server sees a moment later than the kernel that connections have ended.
        later = [f for f, begun in zip(load.failures, load.failed_from) if begun > killed + 0.1]
        self.note(f"{load.created} pods created, {len(later)} failed, besides {len(load.failures)} that "
                  "the leader was answering")
        self.assertEqual(later, [])
        self.assertLessEqual(len(load.failures), 4, load.failures)
        self.assertEqual(load.not_injected, 0)

    @staticmethod
    def more_despite_failures(load, count):
        goal = load.created + count
        wait_until(lambda: load.created >= goal, 60, what="more pods")

    def test_22_all_replicas_are_replaced(self):
        """Three replicas are replaced one by one, each new one ready before the old one is told to
        stop, under 20 parallel creations: none fails."""
        old = self.start_injecting(replicas=3)
        load = self.load(workers=20)
        for replica in old:
            self.start_controller()
            replica.stop()
            self.replicas.remove(replica)
            self.proxy.set_backends(self.replicas)
            self.more(load)
        load.stop().check(self)

    def test_31_the_configuration_is_garbage_for_a_while(self):
        """The ConfigMap is replaced by garbage of several kinds, deleted, and repaired, with 2
        replicas under load: no creation fails, no pod is without sidecar."""
        self.start_injecting(replicas=2)
        load = self.load()
        for text in ("", "{{{", "policy: enabled\ntemplate: '{{ fail }}'\n", "\x7fELF", "[1, 2]"):
            self.write_config(text)
            self.more(load, 30)
        self.api.delete("ConfigMap", self.control, "istio-inject")
        self.more(load, 30)
        self.write_config(config_with_image("example.test/proxy:repaired"))
        self.wait_for_image("example.test/proxy:repaired")
        load.stop().check(self)

    def test_29_the_bundle_is_wiped_every_five_seconds(self):
        """Somebody wipes the caBundle every 5 s, four times. While it is gone the API server trusts
        nobody, whatever we do; what counts is that this is over in less than 250 ms, that no creation
        fails at any other time, that each which failed succeeds when tried again within half a second,
        and that every pod of a Deployment appears."""
        self.start_injecting(replicas=2)
        gone, stopping = [], threading.Event()

        def wipe():
            while not stopping.is_set() and len(gone) < 4:
                started = time.monotonic()
                self.wipe_bundle()
                self.wait_for_bundle(5)
                # The API server itself takes a few ms to use what it holds.
                gone.append((started, time.monotonic() + 0.1))
                stopping.wait(5)
        wiper = threading.Thread(target=wipe, daemon=True)
        failed_at, created, lost = [], 0, []
        wiper.start()
        try:
            self.api.create(deployment(replicas=20), self.target)
            while wiper.is_alive():
                started = time.monotonic()
                status, _ = self.probe()
                created += status == 201
                if status == 201:
                    continue
                failed_at.append((started, time.monotonic()))
                while status != 201 and time.monotonic() < started + 0.5:
                    status, text = self.probe()
                if status == 201:
                    created += 1
                else:
                    lost.append(text)
        finally:
            stopping.set()
            wiper.join()
        elsewhere = [f for f in failed_at if not any(f[1] >= g[0] and f[0] <= g[1] for g in gone)]
        longest = max(end - start - 0.1 for start, end in gone)
        self.note(f"{created} pods created, {len(lost)} lost, {len(elsewhere)} failed, besides {len(failed_at)} while the "
                  f"bundle was gone, {1000 * longest:.0f} ms at the longest")
        self.assertEqual(lost, [])
        self.assertEqual(elsewhere, [])
        self.assertLess(longest, 0.25)
        for found in self.pods_of(self.target, 20, 60):
            self.assert_injected(found)

    def test_28_the_clock_jumps(self):
        """The controller's clock jumps by 30 days twice. The first time nothing is due, and the leaf
        stays. The second time the leaf's renewal is overdue, and there is a new one within a minute.
        No creation fails. (It begins 62 days back, so that to the API server's clock all leaves are
        valid.)"""
        self.set_up_control()
        clock = ShiftedClock(self.folder, -62 * DAY)
        # To that clock, the API server's certificate is not valid yet.
        kubeconfig = self.folder / "kubeconfig"
        with open(self.cluster.kubeconfig, encoding="utf-8") as file:
            kubeconfig.write_text(re.sub("certificate-authority-data: .*", "insecure-skip-tls-verify: true",
                                         file.read()))
        self.start_controller(env=clock.environment, kubeconfig=kubeconfig)
        self.wait_until_injected(self.target)
        load = self.load(workers=2)
        before = self.secret()
        clock.set(-30 * DAY)
        self.more(load)
        self.assertEqual(self.secret()["tls.crt"], before["tls.crt"])
        clock.set(0)
        started = time.monotonic()
        wait_until(lambda: self.secret()["tls.crt"] != before["tls.crt"], 60, 0.1, "a new leaf")
        self.note(f"new leaf {time.monotonic() - started:.0f} s after the jump")
        self.more(load)
        load.stop().check(self)
