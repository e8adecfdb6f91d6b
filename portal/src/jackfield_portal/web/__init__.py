"""What all pages share: the frame, the look, dialogs, error pages."""
