import { bufferCharge } from '../../base/buffer-charge.ts'
import { usage } from '../../base/error.ts'
import { SECOND, toMs } from '../../base/nanos.ts'
import { parseOptions } from '../../options/parse-options.ts'
import type { DoctorDocument } from '../../verdict/doctor.ts'
import { DOCTOR_OPTIONS, type DoctorOptions } from './options.ts'

export type Need = DoctorDocument['need']

/** Parses options to the buffer size that is needed. Throws a `usage` error. */
export function planNeed(raw: DoctorOptions): Need {
  const { size, rate, pause } = parseOptions(DOCTOR_OPTIONS, raw)
  const { unit, perSecond } = rate
  if (unit === 'bits' && size === 0) throw usage('--rate in bits of datagrams without any', 'write --rate 1000pps')
  const datagrams = unit === 'packets' ? perSecond : perSecond / (8 * size)
  const waiting = Math.ceil((datagrams * pause) / SECOND)
  // The kernel grants twice what SO_RCVBUF asks for, and counts the memory of a datagram (socket(7)).
  return {
    rate: datagrams,
    pauseMs: toMs(pause),
    size,
    recvBuffer: Math.ceil((waiting * bufferCharge(size)) / 2),
  }
}
