import { counted } from '../../base/counted.ts'
import { formatSize } from '../../base/size.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { grid, type Cell } from '../text/grid.ts'
import type { Palette } from '../text/palette.ts'

type SizeRow = NonNullable<QueryDocument['dnsSizes']>[number]

/** Which sizes of DNS answers arrive: a line for each size that was asked for. */
export function answerSizeLines(sizes: readonly SizeRow[], palette: Palette): readonly string[] {
  if (sizes.length === 0) return []
  const head = ['EDNS size', 'answer'].map((text): Cell => ({ text, paint: palette.dim }))
  const rows = sizes.map((row): Cell[] => [
    row.bufsize === 0 ? 'no EDNS' : formatSize(row.bufsize),
    { text: TEXTS[row.fate](row), paint: row.fate === 'answered' ? text => text : palette.red },
  ])
  return grid([head, ...rows], [{ align: 'right' }, {}]).lines
}

const TEXTS: Readonly<Record<SizeRow['fate'], (row: SizeRow) => string>> = {
  answered: row => `${lengthOf(row)}, ${row.tc === true ? 'cut (TC)' : 'whole'}`,
  askedAgain: () => 'the case of the name was not kept',
  late: row => `${lengthOf(row)}, late`,
  unreachable: () => 'none (ICMP error)',
  refused: () => 'not sent: our own kernel refused',
  silent: ({ requests }) => `none (${counted(requests, 'request')})`,
  unfinished: () => 'interrupted',
}

function lengthOf({ length }: SizeRow): string {
  return length === undefined ? '' : formatSize(length)
}
