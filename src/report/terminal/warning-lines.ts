import type { Result } from '../../verdict/result.ts'
import { ownFaultsFirst } from '../result/warnings.ts'
import { wrap } from '../text/wrap.ts'
import type { Page } from './page.ts'

/** Each warning with its hint. Faults of this host come first. */
export function warningLines({
  result,
  palette,
  width,
}: Pick<Page, 'palette' | 'width'> & { readonly result: Pick<Result, 'warnings'> }): string[] {
  return ownFaultsFirst(result.warnings)
    .flatMap(({ message, hint }) => [
      ...wrap(message, width - 4).map((line, index) => {
        return index === 0
          ? `${palette.yellow(palette.bold('!'))} ${palette.yellow(line)}`
          : `  ${palette.yellow(line)}`
      }),
      ...(hint === '' ? [] : wrap(hint, width - 6).map((line, index) => `${index === 0 ? '  → ' : '    '}${line}`)),
    ])
    .map(line => `  ${line}`)
}
