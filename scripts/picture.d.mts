import type { Frame } from '../src/report/screen/frame.ts'

export declare const SIZE: { readonly width: number; readonly height: number }
export declare const ALT: string
export declare function drawPicture(frame: Frame, alt: string): string
