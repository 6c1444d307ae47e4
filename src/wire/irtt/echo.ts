import type { Mac } from '../mac.ts'
import { IRTT_FLAG, sealIrtt, writeEnvelope, type IrttToken } from './envelope.ts'
import type { IrttLayout } from './layout.ts'
import type { IrttWindow } from './window.ts'

/** Times of the server in ns: `wall` since 1970 (UTC), `mono` since any origin that is the same for all its replies. Absent: not negotiated. */
export interface IrttTimes {
  readonly receiveWall?: bigint
  readonly receiveMono?: bigint
  readonly midpointWall?: bigint
  readonly midpointMono?: bigint
  readonly sendWall?: bigint
  readonly sendMono?: bigint
}

/** What the server reports in a reply. Absent: not negotiated. */
export interface IrttReport extends IrttTimes {
  /** Requests of the session that the server received. */
  readonly count?: number
  readonly window?: IrttWindow
}

const TIMES = ['receiveWall', 'receiveMono', 'midpointWall', 'midpointMono', 'sendWall', 'sendMono'] as const

/**
 * Writes an echo request without its payload, every field of the server 0. The payload must be written before, if the session is authenticated.
 * @param datagram of `layout.length` bytes
 * @param sequence a non-negative integer, written modulo 2^32
 */
export function writeIrttRequest(
  datagram: Uint8Array,
  layout: IrttLayout,
  token: IrttToken,
  sequence: number,
  mac?: Mac,
): void {
  writeHead(datagram, layout, 0, token, sequence)
  datagram.fill(0, layout.sequence + 4, layout.payload)
  if (mac !== undefined) sealIrtt(datagram, mac)
}

/**
 * Turns an echo request into its reply, in place: flags and report. The payload must be written before, if the session is authenticated.
 * @param isLast whether the server ends the session with this reply
 */
export function writeIrttReply(
  datagram: Uint8Array,
  layout: IrttLayout,
  token: IrttToken,
  sequence: number,
  report: IrttReport,
  isLast: boolean,
  mac?: Mac,
): void {
  writeHead(datagram, layout, IRTT_FLAG.reply | (isLast ? IRTT_FLAG.close : 0), token, sequence)
  const view = viewOf(datagram)
  if (layout.count !== undefined) view.setUint32(layout.count, report.count ?? 0, true)
  if (layout.window !== undefined) {
    view.setUint32(layout.window, report.window?.low ?? 0, true)
    view.setUint32(layout.window + 4, report.window?.high ?? 0, true)
  }
  for (const name of TIMES) {
    const at = layout[name]
    if (at !== undefined) view.setBigInt64(at, report[name] ?? 0n, true)
  }
  if (mac !== undefined) sealIrtt(datagram, mac)
}

/** The sequence number of an echo request or reply of at least `layout.payload` bytes. */
export function irttSequence(datagram: Uint8Array, layout: IrttLayout): number {
  return viewOf(datagram).getUint32(layout.sequence, true)
}

/** The report in an echo reply of at least `layout.payload` bytes. */
export function readIrttReport(datagram: Uint8Array, layout: IrttLayout): IrttReport {
  const view = viewOf(datagram)
  const { count, window } = layout
  const report: { -readonly [Name in keyof IrttReport]: IrttReport[Name] } = {}
  if (count !== undefined) report.count = view.getUint32(count, true)
  if (window !== undefined)
    report.window = { low: view.getUint32(window, true), high: view.getUint32(window + 4, true) }
  for (const name of TIMES) {
    const at = layout[name]
    if (at !== undefined) report[name] = view.getBigInt64(at, true)
  }
  return report
}

function writeHead(
  datagram: Uint8Array,
  { isAuthenticated, token: at, sequence: sequenceAt }: IrttLayout,
  flags: number,
  { low, high }: IrttToken,
  sequence: number,
): void {
  writeEnvelope(datagram, flags | (isAuthenticated ? IRTT_FLAG.hmac : 0))
  const view = viewOf(datagram)
  view.setUint32(at, low, true)
  view.setUint32(at + 4, high, true)
  view.setUint32(sequenceAt, sequence >>> 0, true)
}

function viewOf(datagram: Uint8Array): DataView {
  return new DataView(datagram.buffer, datagram.byteOffset, datagram.length)
}
