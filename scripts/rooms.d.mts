export declare const FLOORS: readonly (readonly string[])[]
export declare const PURE: readonly string[]
export declare function mayImport(room: string, other: string): boolean
export declare function lintRules(): string
export declare function drawRooms(): string
export declare function withRooms(page: string): string
