/** Something that one side of a lesson waits for until the other lets it go on. */
export class Gate {
  readonly opened: Promise<void>
  #open: (() => void) | undefined

  constructor() {
    this.opened = new Promise<void>(resolve => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open?.()
  }
}
