import type { SendOptions } from '../../runs/send/plan.ts'
import type { ToleranceOptions } from '../../options/tolerance.ts'

/** What a user asks of a sweep of sizes. Texts are read as on the command line. */
export interface SweepOptions extends Omit<
  SendOptions,
  'size' | 'duration' | 'burst' | 'clients' | 'summary' | 'flood' | 'count' | 'baseline' | keyof ToleranceOptions
> {
  /** A list or a range (`1472,1473,4000`, `64..9000/512`); absent: found by the sweep itself. */
  readonly sizes?: number | string | readonly (number | string)[]
  /** Probes of each size. Default 5. */
  readonly count?: number | string
}

export const SWEEP_DEFAULTS = {
  /** Five lost of five beside no lost control is no chance (1 in thousands), also where one in ten is lost anyway (1 in 100 000). */
  count: 5,
  /** A hundred a second: gentle (RFC 8085 section 3.1), and some hundred probes are over in seconds. */
  interval: '10ms',
  /** Bytes of a control: a whole header, far below any MTU. */
  control: 128,
  /** A control before so many others. */
  spacing: 4,
  /** Rounds of a sweep that looks for edges itself: eight cut a gap of 65 507 bytes to one, seven places at a time; the rest is for noise. */
  rounds: 12,
} as const

/**
 * Where an automatic sweep looks first: powers of two, the largest datagram of one packet at the usual MTUs (IPv4 and IPv6) and the next
 * larger, read sizes of servers and the next larger, and the limits of UDP.
 */
export const FIRST_SIZES: readonly number[] = [
  64, 256, 512, 548, 549, 1024, 1025, 1200, 1232, 1233, 1252, 1253, 1352, 1353, 1372, 1373, 1392, 1393, 1422, 1423,
  1432, 1433, 1448, 1449, 1452, 1453, 1464, 1465, 1472, 1473, 1476, 1500, 1501, 2048, 2952, 2953, 4000, 4098, 4099,
  5912, 8192, 8193, 8952, 8953, 8972, 8973, 9216, 9217, 12_000, 16_384, 24_000, 32_768, 48_000, 65_487, 65_507,
]
