import { formatSize } from '../../base/size.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { replyTextLines } from '../result/reply-text.ts'
import type { Palette } from '../text/palette.ts'
import { wrap } from '../text/wrap.ts'

/** Lines of a reply that are shown without --verbose. */
const MOST_LINES = 24
/** Columns of a line of 16 and of 8 bytes: offset, digits, characters. */
const WIDE_DUMP = 76
const NARROW_DUMP = 44
const INDENT = '  '

/** The text of a reply to a message, line by line, or its bytes in hexadecimal. For other services the bytes are shown with --verbose. */
export function replyLines(
  { reply, service }: QueryDocument,
  { palette, width, verbose }: { readonly palette: Palette; readonly width: number; readonly verbose: boolean },
): string[] {
  if (reply === undefined || (service !== 'message' && !verbose)) return []
  if (reply.length === 0) return [`${INDENT}${palette.dim('(an empty datagram)')}`]
  const isText = service === 'message' && reply.text !== undefined
  const all = isText
    ? replyTextLines(reply.text).flatMap(line => wrap(line, width - INDENT.length))
    : dumpLines(reply.hex, width, palette)
  const lines = verbose ? all : all.slice(0, MOST_LINES)
  const left = all.length - lines.length
  const rest = left === 0 ? [] : [palette.dim(`… of ${formatSize(reply.length)}; --verbose shows all`)]
  return [...lines.map(line => (isText ? palette.bold(line) : line)), ...rest].map(line => `${INDENT}${line}`)
}

/** As hexdump(1) shows them: `0000  48 45 4c 4c 4f  HELLO`. */
function dumpLines(hex: string, width: number, palette: Palette): readonly string[] {
  const perLine = width >= WIDE_DUMP ? 16 : width >= NARROW_DUMP ? 8 : 4
  const bytes = hex.match(/[\da-f]{2}/gu) ?? []
  const count = Math.ceil(bytes.length / perLine)
  return Array.from({ length: count }, (_, line) => {
    const part = bytes.slice(line * perLine, (line + 1) * perLine)
    const offset = (line * perLine).toString(16).padStart(4, '0')
    const characters = part.map(byte => visible(Number.parseInt(byte, 16))).join('')
    return `${palette.dim(offset)}  ${part.join(' ').padEnd(3 * perLine - 1)}  ${palette.dim(characters)}`
  })
}

function visible(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
}
