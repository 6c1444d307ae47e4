import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first. A wrong order only costs time. */
const LONGEST = [
  'cases/identity',
  'integration/relay-truth',
  'integration/truth',
  'integration/directions',
  'netns/mtu',
  'cases/guards-capped',
  'integration/send-probes',
  'integration/package',
  'netns/diagnosis',
  'integration/watch',
  'cases/verdicts',
  'cases/sendbuf',
  'cases/receipts',
  'cases/identity-messages',
  'integration/docs',
  'cases/outputs-disk',
  'cases/documents-text',
  'cases/documents',
  'cases/blame-path-mtu',
  'cases/guards',
  'netns/sweep',
  'integration/send-kill',
  'integration/tcp-put',
  'integration/check-file',
  'cases/delay',
  'cases/counters',
  'cases/fault-injection',
  'integration/diff',
  'integration/lab',
  'cases/verdicts-headlines',
  'cases/host-limits',
  'integration/interval-reports',
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
