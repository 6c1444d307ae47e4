import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import type { ServerFindings, SizeFinding } from '../../verdict/server-findings.ts'
import { formatMs } from '../text/milliseconds.ts'

/** The limit is this many times the observed round trip, because a short survey does not see the full variation. */
const ROOM = 5

/** A first check file. Its expectations are what was observed of the server. */
export function renderCheckFile(findings: ServerFindings): string {
  const { target, startedAt, small, whole, broken, count, duplicates } = findings
  const loss = `loss<${Math.min(100, Math.ceil(findings.mostLoss * 100))}%`
  const common = [loss, 'corrupt==0', ...(duplicates === 0 ? ['duplicates==0'] : [])]
  return `${[
    '# yaml-language-server: $schema=node_modules/udptool/dist/schema/check.schema.json',
    `# What ${JSON.stringify(target)} did on ${startedAt}, ${count} probes of each size. Tighten it, then keep it.`,
    'defaults:',
    `  target: ${JSON.stringify(target)}`,
    '  count: 50',
    '  interval: 10ms',
    '',
    'checks:',
    '  - name: small datagrams come back',
    `    size: ${small.size}`,
    `    expect: ${list([...common, ...delay(findings)])}${seen(findings)}`,
    ...(whole.length < 2
      ? []
      : [
          '',
          '  - name: sizes up to the largest that came back',
          `    sizes: [${whole.join(', ')}]`,
          `    expect: ${list([...common, 'truncated==0'])}`,
        ]),
    ...(broken.length === 0 ? [] : ['', ...broken.map(line)]),
  ].join('\n')}\n`
}

function list(expressions: readonly string[]): string {
  return `[${expressions.map(one => JSON.stringify(one)).join(', ')}]`
}

function delay({ p99Ms }: ServerFindings): readonly string[] {
  return p99Ms === undefined
    ? []
    : [`rtt.p99<${formatDuration(roundedUp(p99Ms * ROOM) * MILLISECOND).replace(' ', '')}`]
}

function seen({ p99Ms }: ServerFindings): string {
  return p99Ms === undefined ? '' : ` # p99 was ${formatMs(p99Ms)}`
}

/** Rounds up to 1, 2 or 5 times a power of ten, at least 1. */
function roundedUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, ms)))
  return ([1, 2, 5].find(step => step * power >= ms) ?? 10) * power
}

function line({ size, scheduled, lost, truncated, corrupt }: SizeFinding): string {
  const what = [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(truncated > 0 ? [`${truncated} truncated`] : []),
    ...(corrupt > 0 ? [`${corrupt} corrupt`] : []),
  ]
  return `  # ${size} bytes do not come back whole: ${what.join(', ')} of ${scheduled}.`
}
