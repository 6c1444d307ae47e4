import { isIPv4, isIPv6 } from '../../base/ip.ts'

const LABEL = String.raw`[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?`
/** A host name with a dot. The last label has a letter, unlike `3.14` or `v1.2`. */
const NAME = new RegExp(String.raw`^(?:${LABEL}\.)+(?=[^.]*\p{L})${LABEL}$`, 'u')
/** A host that is only digits is a time of day, such as `12:30`. */
const HOST_AND_PORT = new RegExp(
  String.raw`^(?:\[[\p{Hex_Digit}:.]+(?:%\S+)?\]|[0-9]+(?:\.[0-9]+){3}|(?=[^:]*\p{L})(?:${LABEL}\.)*${LABEL}):[0-9]{1,5}$`,
  'u',
)

/** Whether the only word of `udptool send` reads like a target: an IP address, `localhost`, `host:port`, or a name with a dot. */
export function isTargetWord(word: string): boolean {
  return isIPv4(word) || isIPv6(word) || word === 'localhost' || NAME.test(word) || HOST_AND_PORT.test(word)
}
