import { isUtf8 } from '../../base/utf8.ts'

/** The text of a reply; undefined if its bytes are not UTF-8, so that a text always stands for exactly these bytes. */
export function replyText(reply: Uint8Array): string | undefined {
  // With ignoreBOM a byte order mark stays part of the text.
  return isUtf8(reply) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(reply) : undefined
}
