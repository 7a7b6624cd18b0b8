-- The browser and system that an account was registered with, in words of the program, such as "Firefox on Linux". Whoever
-- opens a verification link elsewhere is shown it, to tell whether the registration was their own. Verifying clears it.
ALTER TABLE users ADD COLUMN registration_device VARCHAR(100) NULL AFTER is_self_registered;
