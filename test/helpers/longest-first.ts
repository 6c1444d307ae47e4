import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first. A wrong order only costs time. */
const LONGEST = [
  'netns/lab',
  'integration/prometheus',
  'cases/identity',
  'integration/relay-truth',
  'integration/truth',
  'integration/directions',
  'netns/mtu',
  'integration/irtt-serve',
  'integration/stamp-directions',
  'integration/exporter-flows',
  'cases/guards-capped',
  'cases/counters',
  'netns/diagnosis',
  'cases/verdicts',
  'cases/blame-path-mtu',
  'cases/receipts',
  'integration/watch',
  'cases/guards',
  'cases/identity-messages',
  'cases/counters-bounds',
  'cases/sendbuf',
  'browser/live-run',
  'cases/delay',
  'cases/blame-server',
  'netns/sweep',
  'integration/package',
  'cases/engine',
  'integration/interval-reports',
  'cases/verdicts-headlines',
  'cases/server-loops',
  'integration/check-file',
  'contract/monitor-process',
  // Loading the sources takes them longer than their tests.
  'contract/monitor-dgram',
  'contract/monitor-kernel',
  'integration/docs',
  'integration/send-kill',
  'integration/tcp-put',
  'cases/fault-injection',
  'cases/icmp-forged',
  'integration/tcp-run',
  'cases/outputs-disk',
  'cases/relay-loops',
  'cases/relay',
  'browser/live-page',
  'cases/names',
  'integration/relay',
  'cases/counters-queue',
  'cases/host-limits',
  'integration/send-probes',
  'integration/ping-events',
  'integration/watch-screen',
  'integration/diff',
  'browser/html-report',
  'integration/relay-self',
  'cases/engine-trains',
  'cases/tcp',
  'integration/serve-live',
  'netns/kernel-engine',
  'cases/documents-text',
  'integration/lab',
  'integration/send-messages',
  'integration/serve-abuse',
  'cases/blame-way-back',
  'integration/send-exit',
  'integration/send-stream',
  'integration/vitest-fixtures',
  'integration/watch-web',
]

/** Starts the longest files first, so that all workers end at about the same time. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex(name => moduleId.endsWith(`/test/${name}.test.ts`))
      return place < 0 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
