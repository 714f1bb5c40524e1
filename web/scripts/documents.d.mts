export declare const sent: (text: string) => string;
export declare const id: (text: string) => string;
