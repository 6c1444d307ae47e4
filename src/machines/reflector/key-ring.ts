import type { Mac } from '../../wire/mac.ts'
import { hasRightBaseMac } from '../../wire/stamp/integrity.ts'
import type { Layout } from '../../wire/stamp/packet.ts'

/** The keys of a reflector. Each costs a strange request an HMAC, so the number is limited by the file (16). */
export class KeyRing {
  readonly #macs: readonly Mac[]
  /** The key that was right last, which is tried first. */
  #last = 0

  constructor(macs: readonly Mac[]) {
    this.#macs = macs
  }

  /** The key with which the base packet at `at` was authenticated. Undefined: none of ours. */
  find(bytes: Uint8Array, at: number, layout: Layout): Mac | undefined {
    const macs = this.#macs
    for (let tried = 0, n = this.#last; tried < macs.length; tried++, n = (n + 1) % macs.length) {
      const mac = macs[n]
      if (mac === undefined || !hasRightBaseMac(bytes, at, layout, mac)) continue
      this.#last = n
      return mac
    }
    return undefined
  }
}
