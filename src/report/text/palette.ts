/** Applies a style to text. */
export type Paint = (text: string) => string

/** The styles of a report. Colour repeats the words and never carries information alone. */
export interface Palette {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly blue: Paint
  readonly magenta: Paint
  readonly cyan: Paint
}

/** Eight styles as SGR codes. If disabled, each returns the text unchanged. */
export function createPalette(enabled: boolean): Palette {
  const style =
    (on: number, off: number): Paint =>
    text =>
      enabled && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    blue: style(34, 39),
    magenta: style(35, 39),
    cyan: style(36, 39),
  }
}
