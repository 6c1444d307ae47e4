import { usage, type UdptoolError } from '../../base/error.ts'
import { present } from '../../base/present.ts'
import { formatTarget } from '../../base/target.ts'
import type { SharedKey, StampPlan } from '../../facts/protocol.ts'
import type { ParsedOptions } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { chooseKey, keyFileOf, readKeyFile } from '../../runs/key-file.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { STAMP_SEND_OPTIONS, type StampSendOptions } from './options.ts'
import { checkStampSizes, plainSize } from './sizes.ts'

/** The default host with -6. */
const LOOPBACK_6 = '::1'

type Parsed = ParsedOptions<typeof STAMP_SEND_OPTIONS>

/** Variables of the environment, as in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Parses options to a plan of STAMP packets, and reads the file of keys. Throws a `usage` error.
 * @param environment variables that may name the file of keys
 */
export function planStampSend(raw: StampSendOptions, environment: Environment): SendPlan {
  const options = parseOptions(STAMP_SEND_OPTIONS, raw)
  const target = raw.family === 6 && raw.to === undefined ? { ...options.to, host: LOOPBACK_6 } : options.to
  const key = planKey(options, environment)
  const protocol = planProtocol(options, key !== undefined)
  const sizes = options.size ?? [plainSize(protocol)]
  checkStampSizes(sizes, protocol)
  // The other options are those of `send`, which parses them.
  const plan = planSend({
    ...raw,
    ...(options.self && raw.to === undefined ? {} : { to: formatTarget(target) }),
    size: sizes,
    payload: raw.payload ?? STAMP_SEND_OPTIONS.payload.default,
    ttl: options.ttl,
  })
  return {
    ...plan,
    command: 'stamp send',
    // Reflectors know no receipts (docs/wire-format.md).
    probe: { ...plan.probe, receipts: false, protocol },
    sockets: { ...plan.sockets, ...present({ key }) },
  }
}

function planKey({ auth, keyFile, keyId }: Parsed, environment: Environment): SharedKey | undefined {
  if (!auth && keyFile === undefined && keyId === undefined) return undefined
  const file = keyFileOf(keyFile, environment)
  if (file === undefined)
    throw usage(
      `${auth ? '--auth' : '--key-id'} needs a key`,
      'name a file of keys: --key-file FILE, or the variable UDPTOOL_KEY_FILE',
      auth ? 'auth' : 'keyId',
    )
  return chooseKey(readKeyFile(file), keyId, file)
}

function planProtocol(options: Parsed, isAuthenticated: boolean): StampPlan {
  const { ssid = 0, timestamps, tlv: tlvs = [], replyDscp, twampLight: isLight, tos, dscp, bind } = options
  const hasFixedPort = (bind !== undefined && bind.port !== 0) || options.sourcePorts !== undefined
  if (isLight) checkLight(options, isAuthenticated)
  const hasClass = tlvs.includes('cos')
  if (replyDscp !== undefined && !hasClass)
    throw usage('--reply-dscp needs the TLV cos', 'add it: --tlv cos', 'replyDscp')
  return {
    name: 'stamp',
    isAuthenticated,
    ssid,
    timestamps,
    isLight,
    tlvs,
    // The code point is in the six high bits of the TOS byte.
    ...(hasClass ? { replyDscp: (replyDscp ?? tos ?? dscp ?? 0) >> 2 } : {}),
    ...(hasFixedPort ? { hasFixedPort: true } : {}),
  }
}

/** RFC 5357 and RFC 8762 section 4.6: what a TWAMP-Light reflector does not know. */
function checkLight({ ssid, tlv, timestamps }: Parsed, isAuthenticated: boolean): void {
  if (tlv !== undefined) throw notLight('no TLVs', '--tlv', 'tlv')
  if (ssid !== undefined) throw notLight('no session identifiers', '--ssid', 'ssid')
  if (timestamps === 'ptp') throw notLight('NTP timestamps only', '--timestamps ptp', 'timestamps')
  if (isAuthenticated) throw notLight('another HMAC than STAMP', 'the key', 'auth')
}

function notLight(what: string, flag: string, option: string): UdptoolError {
  return usage(`TWAMP-Light has ${what}`, `leave ${flag} or --twamp-light out`, option)
}
