import { parseChoice } from '../../base/choice.ts'
import { usage } from '../../base/error.ts'
import type { StampTlv } from '../../facts/protocol.ts'

/** The words of `--tlv`. */
export const TLV_NAMES = ['cos', 'direct', 'followup', 'timestamp'] as const satisfies readonly StampTlv[]

/** The TLVs of lists such as `cos,direct`, each at most once. */
export function parseTlvs(value: string | readonly string[], flag: string): readonly StampTlv[] {
  const names = [value].flat().flatMap(list => list.split(','))
  const tlvs = names.map(name => parseChoice(name.trim(), flag, TLV_NAMES))
  const twice = tlvs.find((tlv, index) => tlvs.indexOf(tlv) !== index)
  if (twice === undefined) return tlvs
  throw usage(`${flag} names ${twice} twice`, 'a packet has one TLV of a kind: name it once')
}

/** The ID of a key, as in the first column of a key file. */
export function parseKeyId(value: number | string, flag: string): string {
  const id = String(value)
  if (/^[0-9A-F]$/u.test(id)) return id
  // Not quoted, because it may be a secret by mistake.
  throw usage(`${flag} is not one digit 0-9 or A-F`, `write the ID of a line of the key file: ${flag} 0`)
}
