"""What readers say is wrong with a page: the form, the row, the mail to whoever looks after the portal."""
