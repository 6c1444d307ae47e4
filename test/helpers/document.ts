/** The Result document as documented, defined a second time, because tests must not rely on the types of src. */
export interface ResultDocument {
  readonly schema: string
  readonly command: string
  readonly tool: { readonly name: string; readonly version: string }
  readonly host: { readonly os: string; readonly kernel: string; readonly node: string; readonly cpus: number }
  readonly engine: string
  readonly target: { readonly address: string; readonly port: number; readonly family: string | number }
  readonly options: Readonly<Record<string, unknown>>
  readonly startedAt: string
  readonly durationMs: number
  readonly interrupted: boolean
  readonly ledger: Ledger
  readonly evidence: {
    readonly receipts: string
    readonly icmp: string
    readonly icmpIgnored?: Readonly<Record<string, number>>
    readonly receiveErrors?: Readonly<Record<string, number>>
    readonly clientDrops?: number
    readonly implausible?: Readonly<Record<string, number>>
  }
  readonly loss: Loss
  readonly truncation: { readonly count: number; readonly cutAt: readonly CutAt[] }
  readonly reply: { readonly rule: string }
  readonly rtt: Delay
  readonly rttNetwork?: Delay
  readonly oneWay?: OneWay
  readonly jitter: { readonly rfc3550Ms?: number; readonly ipdvMeanMs?: number }
  readonly reordering: { readonly ratio: number; readonly maxExtent: number }
  readonly duplication: { readonly fraction: number }
  readonly pacing: { readonly missed: number; readonly senderLimited: boolean; readonly lateMaxMs?: number }
  readonly throughput: { readonly sentPerSecond: number }
  readonly sizes: readonly (Part & { readonly size: number })[]
  readonly clients: readonly (Part & {
    readonly port: number
    readonly ports?: number
    readonly run: string | number
  })[]
  readonly expectations: readonly Expectation[]
  readonly verdict: string
  readonly unreachable?: readonly { readonly count: number; readonly mtu?: number; readonly reporter?: string }[]
  readonly warnings: readonly {
    readonly code: string
    readonly message: string
    readonly hint?: string
    readonly evidence?: Readonly<Record<string, unknown>>
  }[]
  readonly messages?: readonly Message[]
  readonly sweep?: {
    readonly maxIntactSize?: number
    readonly holes: readonly (readonly [number, number])[]
    readonly unsure?: readonly (readonly [number, number])[]
    readonly cliffs: readonly {
      readonly from: number
      readonly to: number
      readonly fate: string
      readonly cause?: string
    }[]
    readonly controls: Part & { readonly size: number }
    readonly rounds: number
  }
  readonly mtu?: {
    readonly path?: number
    readonly payload?: number
    readonly blackHole?: boolean
    readonly forward?: number
    readonly return?: number
    readonly method: string
  }
  readonly rate?: {
    readonly pps?: number
    readonly limit: {
      readonly kind: string
      readonly direction?: string
      readonly bitsPerSecond?: number
      readonly pps?: number
      readonly queueMs?: number
    }
    readonly trials: readonly { readonly pps: number }[]
  }
}

export interface Ledger {
  readonly scheduled: number
  readonly sent: number
  readonly replies: number
  readonly fates: Readonly<Record<string, number>>
  readonly received: number
  readonly duplicates: number
  readonly reordered: number
  readonly foreign: number
  readonly unidentified: number
}

interface Loss {
  readonly count: number
  readonly ratio: number
  readonly ci95: readonly [number, number]
  readonly forward?: number
  readonly return?: number
  readonly unknown?: number
  readonly longestRun: number
  readonly outages: readonly { readonly startMs: number; readonly lengthMs: number; readonly lost: number }[]
}

interface CutAt {
  readonly length: number
  readonly count: number
  readonly side: string
}

export interface OneWay {
  readonly offsetMs?: number
  readonly errorMs?: number
  readonly errorMedianMs?: number
  readonly errorAnyClockMs: number
  readonly skewPpm?: number
  readonly skewPpmLow?: number
  readonly skewPpmHigh?: number
  readonly forwardP50Ms: number
  readonly returnP50Ms: number
  readonly forward: OneWayDirection
  readonly return: OneWayDirection
  readonly queueForwardP99Ms: number
  readonly queueReturnP99Ms: number
  readonly queueErrorMs: number
}

interface OneWayDirection {
  readonly minMs: number
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Delay {
  readonly count: number
  readonly minMs: number
  readonly meanMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

interface Part {
  readonly ledger: Ledger
  readonly loss: Loss
}

interface Expectation {
  readonly expr: string
  readonly actual: unknown
  readonly passed: boolean
  readonly reason?: string
}

interface Message {
  readonly seq: number
  readonly sent: unknown
  readonly reply: unknown
  readonly replyBase64?: string
  readonly from: unknown
  readonly rttMs?: number
  readonly fate: string
}

/** One line of `serve --json`. */
export interface ServeEvent {
  readonly event: string
  readonly family?: string
  readonly host?: string
  readonly port?: number
  readonly mode?: string
  readonly engine?: string
  readonly received?: number
  readonly replied?: number
  readonly bytesReceived?: number
  readonly bytesReplied?: number
  readonly truncated?: number
  readonly dropped?: Readonly<Record<string, number>>
  readonly peers?: readonly {
    readonly address: string
    readonly port: number
    readonly received: number
    readonly replied: number
  }[]
}

/** The fates of a run of probes, and `answered` for messages. Their counts must add up to `scheduled`. */
const FATES = [
  'intact',
  'late',
  'truncated',
  'corrupt',
  'refused',
  'unreachable',
  'lostForward',
  'lostServerBuffer',
  'lostServerPolicy',
  'lostReturn',
  'lostClientBuffer',
  'lostUnknown',
  'answered',
] as const

/** One row of the CSV export. */
export type Row = Readonly<Record<string, string>>

/** The rows of `--format csv`: a header line, then one row per probe. */
export function csvRows(text: string): readonly Row[] {
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/)
  const names = header.split(',')
  return lines.map(line => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}

/** The number of rows by fate. */
export function fatesOf(rows: readonly Row[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const fate = row['fate'] ?? 'no fate'
    counts[fate] = (counts[fate] ?? 0) + 1
  }
  return counts
}

/** The sum of all fates. Throws if a fate is unknown. */
export function sumOfFates(ledger: Ledger): number {
  const unknown = Object.keys(ledger.fates).filter(name => !FATES.some(fate => fate === name))
  if (unknown.length > 0) throw new Error(`no such fate: ${unknown.join(', ')}`)
  return Object.values(ledger.fates).reduce((sum, count) => sum + count, 0)
}
