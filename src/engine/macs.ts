import { createHmac, createSecretKey, randomInt } from 'node:crypto'
import { UdptoolError } from '../base/error.ts'
import type { ProtocolPlan, ServerProtocolPlan } from '../facts/protocol.ts'
import type { Environment } from '../machines/machine.ts'
import type { Mac } from '../wire/mac.ts'
import type { ProberSockets, ResponderSockets } from './port.ts'

/** RFC 8762 section 4.4; docs/irtt.md. */
const HASHES = { stamp: 'sha256', irtt: 'md5' } as const

/**
 * The part of a machine's environment that nobody can predict: random words and, by the keys in their order, authentication codes. Throws if
 * the plan needs a key and has none.
 */
export function keyedEnvironment(
  protocol: ProtocolPlan | ServerProtocolPlan | undefined,
  { key, keys = key === undefined ? [] : [key] }: Pick<ProberSockets, 'key'> & Pick<ResponderSockets, 'keys'>,
): Pick<Environment, 'macs' | 'random'> {
  if (protocol?.isAuthenticated !== true) return { random }
  if (keys.length === 0)
    throw new UdptoolError('usage', 'the datagrams of this run are authenticated, and it has no key', {
      hint: 'name a file of keys',
    })
  const hash = HASHES[protocol.name]
  return { random, macs: keys.map(({ secret }) => createMac(hash, secret)) }
}

function random(): number {
  return randomInt(2 ** 32)
}

function createMac(hash: (typeof HASHES)[keyof typeof HASHES], secret: Uint8Array): Mac {
  const key = createSecretKey(secret)
  return (...parts) => {
    const hmac = createHmac(hash, key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
}
