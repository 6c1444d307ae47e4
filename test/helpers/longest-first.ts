import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first. A wrong order only costs time. */
const LONGEST = [
  'integration/directions',
  'netns/mtu',
  'integration/truth',
  'integration/send-probes',
  'netns/diagnosis',
  'integration/docs',
  'integration/package',
  'cases/outputs-disk',
  'cases/documents-text',
  'cases/guards-capped',
  'cases/sendbuf',
  'cases/documents',
  'netns/sweep',
  'cases/receipts',
  'integration/relay-truth',
  'integration/tcp-put',
  'integration/check-file',
  'cases/identity',
  'cases/fault-injection',
  'integration/diff',
  'cases/delay',
  'integration/lab',
  'cases/counters',
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
