/** Actions on a timeline: change the visible length by a factor and shift it by so many lengths, or show everything. */
export interface Tools {
  readonly zoom: (factor: number, shift: number) => void
  readonly whole: () => void
}

/** A row of buttons, for users without a mouse. */
export function createToolbar({ zoom, whole }: Tools): HTMLElement {
  const bar = document.createElement('div')
  bar.className = 'tools'
  bar.append(
    createButton('−', 'Show more time', () => zoom(2, 0)),
    createButton('+', 'Show less time', () => zoom(0.5, 0)),
    createButton('←', 'Earlier', () => zoom(1, -0.5)),
    createButton('→', 'Later', () => zoom(1, 0.5)),
    createButton('whole run', 'Show the whole run', whole),
  )
  return bar
}

function createButton(text: string, label: string, act: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = text
  button.title = label
  button.setAttribute('aria-label', label)
  button.addEventListener('click', act)
  return button
}
