import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { counted } from '../base/counted.ts'
import { UdptoolError, usage } from '../base/error.ts'
import type { SharedKey } from '../facts/protocol.ts'
import { fileErrorReason } from './file-error.ts'

/** Names the file of keys where no option does. */
const VARIABLE = 'UDPTOOL_KEY_FILE'
/** Room for 16 keys and a long comment. */
const LARGEST_FILE = 65_536
/** Permission bits of the group and of others (stat(2)). */
const OTHERS = 0o077
const SECRET_DIGITS = 64
const HOW_TO_MAKE = 'write a line "ID SECRET": a digit 0-9 or A-F, then the 64 hex digits of: openssl rand -hex 32'

/** The file of the option, or else of UDPTOOL_KEY_FILE. Undefined: neither names one. */
export function keyFileOf(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const file = option ?? environment[VARIABLE]
  return file === '' ? undefined : file
}

/**
 * The keys of a file, in its order, at least one and at most 16 (an ID is one digit). Throws `usage` if the file cannot be read, others than
 * its owner can read it, or a line is no key. No error has a part of a line, because that may be the secret.
 */
export function readKeyFile(file: string): readonly SharedKey[] {
  return parseKeys(readPrivateFile(file).toString('utf8'), file)
}

/**
 * The HMAC key of an irtt server, the only line of a file: text, or 0x and hex digits, as irtt itself reads it. Throws `usage` if the file
 * cannot be read, others than its owner can read it, or it has no key.
 */
export function readIrttKey(file: string): SharedKey {
  const text = readPrivateFile(file)
    .toString('utf8')
    .replace(/\r?\n$/u, '')
  const hint = 'write one line: text, or 0x and hex digits'
  if (text === '' || text.includes('\n'))
    throw usage(`${file} has ${text === '' ? 'no key' : 'more than one line'}`, hint)
  const digits = /^0x(.*)$/u.exec(text)?.[1]
  if (digits === undefined) return { id: '0', secret: new TextEncoder().encode(text) }
  if (!/^(?:[0-9a-fA-F]{2})+$/u.test(digits)) throw usage(`${file} has 0x, but no pairs of hex digits after it`, hint)
  return { id: '0', secret: Uint8Array.from(Buffer.from(digits, 'hex')) }
}

/** The key with this ID, or else the first: keys are exchanged in front (docs/stamp.md). Throws `usage` if there is none. */
export function chooseKey(keys: readonly SharedKey[], id: string | undefined, file: string): SharedKey {
  const key = id === undefined ? keys[0] : keys.find(one => one.id === id)
  if (key !== undefined) return key
  const ids = keys.map(one => one.id).join(', ')
  throw usage(`${file} has no key ${id ?? ''}`, `name one of its keys: ${ids}`)
}

/** Parses the lines of a key file, whose name is in errors only. */
export function parseKeys(text: string, file: string): readonly SharedKey[] {
  const keys = new Map<string, SharedKey & { readonly line: number }>()
  text
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n/u)
    .forEach((whole, index) => {
      const words = whole.replace(/#.*$/u, '').trim().split(/\s+/u)
      if (words.length === 1 && words[0] === '') return
      const line = index + 1
      const { id, secret } = parseKey(words, `line ${line} of ${file}`)
      const other = keys.get(id)
      if (other !== undefined)
        throw usage(`lines ${other.line} and ${line} of ${file} both have the ID ${id}`, 'give each key another ID')
      keys.set(id, { id, secret, line })
    })
  if (keys.size === 0) throw usage(`${file} has no key`, HOW_TO_MAKE)
  return [...keys.values()].map(({ id, secret }) => ({ id, secret }))
}

function parseKey(words: readonly string[], where: string): SharedKey {
  const [first = '', second] = words
  const [id, secret] = second === undefined ? ['0', first] : [first, second]
  if (words.length > 2) throw usage(`${where} is no key: it has ${counted(words.length, 'word')}`, HOW_TO_MAKE)
  if (!/^[0-9A-F]$/u.test(id)) throw usage(`${where} is no key: its ID is not one digit 0-9 or A-F`, HOW_TO_MAKE)
  if (secret.length !== SECRET_DIGITS)
    throw usage(`${where} is no key: its secret has ${counted(secret.length, 'character')}, not 64`, HOW_TO_MAKE)
  if (!/^[0-9a-fA-F]+$/u.test(secret))
    throw usage(`${where} is no key: its secret has other characters than hex digits`, HOW_TO_MAKE)
  // A copy, because a Buffer is a part of a pool, which postMessage would clone with all that is in it.
  return { id, secret: Uint8Array.from(Buffer.from(secret, 'hex')) }
}

/** The content of a file or a pipe that only its owner can read. */
function readPrivateFile(file: string): Buffer {
  let fd: number | undefined
  try {
    fd = openSync(file, 'r')
    const about = fstatSync(fd)
    if (!about.isFile() && !about.isFIFO()) throw unreadable(file, 'it is no regular file and no pipe')
    if (about.size > LARGEST_FILE) throw unreadable(file, 'it is larger than 64 KiB')
    // Windows has no such bits: Node derives them from the attribute for read-only files.
    if (process.platform !== 'win32' && (about.mode & OTHERS) !== 0)
      throw usage(
        `others than its owner have access to ${file} (mode ${(about.mode & 0o777).toString(8).padStart(4, '0')})`,
        `keep the key secret: chmod 600 ${file}`,
      )
    return readFileSync(fd)
  } catch (cause) {
    throw cause instanceof UdptoolError ? cause : unreadable(file, fileErrorReason(cause), cause)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function unreadable(file: string, reason: string, cause?: unknown): UdptoolError {
  return new UdptoolError('usage', `cannot read the key file ${file}: ${reason}`, {
    hint: 'name a file that exists and that only you may read',
    ...(cause === undefined ? {} : { cause }),
  })
}
