import { OUTCOME, TRAIT } from '../../facts/probe-table.ts'
import { IRTT_FLAG, IRTT_MAGIC } from '../../wire/irtt/envelope.ts'
import type { IrttLayout } from '../../wire/irtt/layout.ts'
import type { Judgement } from '../judge.ts'

/** What a reply is, in the terms of the probe table. */
type ReplyJudgement = Pick<Judgement, 'outcome' | 'detail' | 'traits'>

/** The second clock of a midpoint. */
const CLOCK_SIZE = 8

/**
 * Judges a reply with the token of its session and the sequence number of a probe. Its payload is the server's own, so only header and length
 * can be wrong.
 */
export function judgeReply(reply: Uint8Array, layout: IrttLayout): ReplyJudgement {
  const wrong = wrongInHeader(reply, layout)
  if (wrong >= 0) return { outcome: OUTCOME.wrong, detail: wrong, traits: TRAIT.sideHidden }
  const { length } = reply
  if (length < layout.length) return { outcome: OUTCOME.cut, detail: length, traits: TRAIT.same | TRAIT.sideHidden }
  if (length > layout.length && length !== lengthWithBothClocks(layout))
    return { outcome: OUTCOME.wrong, detail: Math.min(layout.length, 0xffff), traits: TRAIT.same | TRAIT.sideHidden }
  return { outcome: OUTCOME.whole, detail: 0, traits: TRAIT.same }
}

/** The first wrong byte of magic and flags; -1: none. A server may end the session with any reply. */
function wrongInHeader(reply: Uint8Array, { isAuthenticated }: IrttLayout): number {
  const wrong = IRTT_MAGIC.findIndex((byte, at) => reply[at] !== byte)
  if (wrong >= 0) return wrong
  const flags = IRTT_FLAG.reply | (isAuthenticated ? IRTT_FLAG.hmac : 0)
  return ((reply[IRTT_MAGIC.length] ?? 0) & ~IRTT_FLAG.close) === flags ? -1 : IRTT_MAGIC.length
}

/** A server from 0.9.1 on writes a midpoint by both clocks, whatever was negotiated, and makes the reply longer if they need it. */
function lengthWithBothClocks({ midpointWall, midpointMono, payload, length }: IrttLayout): number {
  const hasOne = (midpointWall === undefined) !== (midpointMono === undefined)
  return hasOne ? Math.max(length, payload + CLOCK_SIZE) : length
}
