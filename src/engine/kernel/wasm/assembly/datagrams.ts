import { prepareCrc } from './crc'
import { prepareHeader } from './header'
import { prepareSlot } from './slot'

export { writeProbe } from './header'
export { COLUMNS, FIELDS, PAYLOAD } from './layout'
export { copy, differs, differsUpper } from './payload'
export { arePlain, examine } from './rows'
export { writeShortProbe } from './short-probe'
export { describeSlot, fillSlot, readSlot } from './slot'
export { uppercase } from './uppercase'

/** Computes the tables. Call it once, before anything else. */
export function prepare(): void {
  prepareCrc()
  prepareHeader()
  prepareSlot()
}
