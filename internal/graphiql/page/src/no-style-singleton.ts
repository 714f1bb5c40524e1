// Stands in for react-style-singleton, which a menu uses to lock the page's scrolling through an inline <style> that
// the Content-Security-Policy forbids. This page never scrolls as a whole, so there is nothing to lock.

export const styleSingleton = () => () => null;
