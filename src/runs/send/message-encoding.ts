import { usage } from '../../base/error.ts'

/** The encoding of messages on the command line and in the Result. */
export type Encoding = 'text' | 'hex' | 'base64'

/** The bytes of a message. Throws `usage` if the text is not hex or base64. */
export function decodeMessage(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'text') return Buffer.from(text, 'utf8')
  const compact = text.replaceAll(/\s/g, '')
  const right =
    encoding === 'hex' ? /^(?:[0-9a-f]{2})*$/i : /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
  if (!right.test(compact))
    throw usage(
      `"${text}" is not ${encoding}`,
      encoding === 'hex' ? 'write two hex digits a byte: 68 65 6c 6c 6f' : 'write base64 with its padding: aGVsbG8=',
    )
  return Buffer.from(compact, encoding)
}

/** Encodes a reply for display. In text, bytes that are not UTF-8 become the replacement character. */
export function encodeReply(bytes: Uint8Array, encoding: Encoding): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding === 'text' ? 'utf8' : encoding)
}

const STRICT = new TextDecoder('utf-8', { fatal: true })

/** Whether bytes are valid UTF-8, so that no information is lost as text. */
export function isText(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes)
    return true
  } catch {
    return false
  }
}
