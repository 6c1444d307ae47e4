import xterm from '@xterm/headless'

/** A place of a terminal's screen: its text, colour and attributes. */
export interface ModelCell {
  readonly text: string
  readonly style: string
}

/** The screen of a terminal by the emulator of xterm.js, which shares no code with udptool. */
export class ScreenModel {
  readonly #terminal: InstanceType<typeof xterm.Terminal>

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  get columns(): number {
    return this.#terminal.cols
  }

  async write(data: string | Uint8Array): Promise<void> {
    return new Promise(resolve => this.#terminal.write(data, resolve))
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
  }

  /** The rows of the screen as text, without spaces at their ends. */
  lines(): string[] {
    return this.cells().map(row =>
      row
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
  }

  /** The cells of all rows. The second column of a wide character has no text. */
  cells(): ModelCell[][] {
    const { buffer, rows, cols } = this.#terminal
    return Array.from({ length: rows }, (_, row) => {
      const line = buffer.active.getLine(buffer.active.baseY + row)
      return Array.from({ length: cols }, (__, column): ModelCell => {
        const cell = line?.getCell(column)
        if (cell === undefined) return { text: ' ', style: '' }
        const text = cell.getWidth() === 0 ? '' : cell.getChars() || ' '
        const inverse = cell.isInverse() !== 0
        // Only inverse spaces can be seen.
        if (text === ' ' && !inverse) return { text, style: '' }
        const color = cell.isFgDefault() ? '' : `${cell.getFgColor()} `
        return { text, style: `${color}${cell.isBold() ? 'b' : ''}${cell.isDim() ? 'd' : ''}${inverse ? 'i' : ''}` }
      })
    })
  }
}
