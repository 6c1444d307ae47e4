import { UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { formatSize } from '../../base/size.ts'
import type { FrameHeader } from '../../wire/framing.ts'
import { PARTIAL_PREFIX } from './partial-name.ts'

/** A request to store a file. */
export interface UploadRequest {
  /** A single path component that cannot lead out of the folder. */
  readonly fileName: string
  readonly size: number
  /** The expected digest of the content, in lower case. Absent if the sender did not give it. */
  readonly sha256?: string
}

/** The longest name on the file systems of Linux, macOS and Windows, in bytes (NAME_MAX, limits.h). */
const LONGEST_NAME = 255

/** Parses the header of an upload. Throws `refused`. */
export function readUploadRequest(header: FrameHeader, maxSize: number): UploadRequest {
  const { file_name: name, file_size: size, sha256 } = header
  const fileName = readFileName(name)
  if (typeof size !== 'number') throw refusal('the header of an upload has no file_size')
  if (size > maxSize)
    throw refusal(`${quoted(fileName)} is too large: ${formatSize(size)}, and the limit is ${formatSize(maxSize)}`)
  if (sha256 === undefined || sha256 === null) return { fileName, size }
  if (typeof sha256 !== 'string' || !/^[\da-f]{64}$/i.test(sha256)) throw refusal('sha256 is not 64 hexadecimal digits')
  return { fileName, size, sha256: sha256.toLowerCase() }
}

/**
 * The last component of a name, separated by / or \: `../../etc/evil` is `evil`. Throws `refused` if that is not a file name: nothing, `.`,
 * `..`, control characters, line separators, a lone surrogate, too many bytes.
 */
export function readFileName(name: unknown): string {
  if (typeof name !== 'string') throw refusal('the header of an upload has no file_name')
  const last = name.split(/[/\\]/).at(-1) ?? ''
  if (last === '' || last === '.' || last === '..') throw refusal(`${quoted(name)} names no file`)
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(last))
    throw refusal(`${quoted(name)} has characters that are not allowed in a file name`)
  if (new TextEncoder().encode(last).length > LONGEST_NAME)
    throw refusal(`${quoted(last)} is too long: a file name has at most ${LONGEST_NAME} bytes`)
  if (last.startsWith(PARTIAL_PREFIX)) throw refusal(`${quoted(last)} is reserved for incomplete files`)
  return last
}

function refusal(reason: string): UdptoolError {
  return new UdptoolError('refused', reason, { operation: 'put' })
}
