import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IrttToken } from '../../../../src/wire/irtt/envelope.ts'
import type { IrttClock, IrttParameters, IrttStamps, IrttStats } from '../../../../src/wire/irtt/parameters.ts'
import type { Mac } from '../../../../src/wire/mac.ts'

/** One session that test/helpers/peers/golden_irtt.py made; datagrams are in hexadecimal digits. */
export interface GoldenSession {
  readonly key: string | null
  readonly parameters: {
    readonly version: number
    readonly duration: number
    readonly interval: number
    readonly length: number
    readonly stats: IrttStats
    readonly stamps: IrttStamps
    readonly clock: IrttClock
    readonly tos: number
    readonly fill?: string
  }
  readonly token: string
  readonly sequence: number
  readonly report: Readonly<Record<string, string>>
  readonly openRequest: string
  readonly question: string
  readonly openReply: string
  readonly answer: string
  readonly request: string
  readonly reply: string
  readonly last: string
  readonly close: string
}

export const GOLDEN_IRTT = JSON.parse(
  readFileSync(new URL('../../../../fixtures/packets/irtt.json', import.meta.url), 'utf8'),
) as {
  readonly sessions: readonly GoldenSession[]
  readonly windows: readonly (readonly (readonly [number, string])[])[]
}

export function macOf(key: string | null): Mac | undefined {
  if (key === null) return undefined
  return (...parts) => {
    const hmac = createHmac('md5', key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
}

export function tokenOf(hex: string): IrttToken {
  return { high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8), 16) }
}

/** Windows of irtt 0.9, as hex numbers, of the replies to requests with these sequence numbers. */
export const WINDOW_VECTORS: readonly (readonly [sequences: readonly number[], windows: string])[] = [
  [[0, 1, 3, 4], '1 3 d 1b'],
  [[0, 3, 7, 8], '1 9 91 123'],
  [[0, 1, 5, 3], '1 3 31 1'],
  [[0, 1, 1, 2], '1 3 3 7'],
  [[0, 63], '1 8000000000000001'],
  [[0, 64], '1 1'],
  [[0xfffffffd, 0xfffffffe, 0xffffffff, 0, 1], '1 3 7 f 1f'],
]

/** What a client of the default settings asks for, in 60 ms. */
export const ASKED: IrttParameters = {
  version: 1,
  duration: 60_000_000,
  interval: 20_000_000,
  length: 0,
  stats: 'both',
  stamps: 'both',
  clock: 'both',
  tos: 0,
}
