import { formatAddress } from '../../base/address.ts'
import { formatSize } from '../../base/size.ts'
import type { PutResult } from '../../verdict/upload.ts'
import { formatMs } from '../text/milliseconds.ts'
import { createPalette } from '../text/palette.ts'
import { printable } from '../text/safe.ts'
import { usableWidth, type View } from '../text/view.ts'
import { flow } from '../text/wrap.ts'

/** The outcome of an upload, in two or three lines. */
export function renderUpload(upload: PutResult, view: View): string {
  const palette = createPalette(view.color)
  const { size, confirmed, durationMs } = upload
  const width = usableWidth(view.width)
  const mark = confirmed ? '✓ stored' : '✓ sent'
  const rate = durationMs > 0 ? [`${formatSize((size * 1000) / durationMs)}/s`] : []
  const facts = [
    `${mark} ${printable(upload.fileName)}`,
    `${formatSize(size)} ${confirmed ? 'at' : 'to'} ${formatAddress(upload.target)}`,
    formatMs(durationMs),
    ...rate,
  ]
  const lines = flow(facts, ' · ', width - 2).map((line, n) =>
    n === 0 ? palette.green(palette.bold(mark)) + line.slice(mark.length) : `  ${line}`,
  )
  const about = [
    `sha256 ${upload.sha256}`,
    ...(confirmed ? [] : ['the server sent no answer and closed the connection: nothing proves that it has the file']),
  ]
  return `${[...lines, ...about.map(line => `  ${palette.dim(line)}`)].join('\n')}\n`
}
